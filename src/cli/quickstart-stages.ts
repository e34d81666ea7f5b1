// What `quickstart` runs, in order: the commands with their settings. Updates and samples are sized for two cores and a quarter of an hour.
import { shipped } from '../core/run/paths.ts';
import type { RunDir } from '../core/run/run-dir.ts';
import { type Stage, stage } from './run-stages.ts';

/** First every kind of step is imitated; from there SFT and SRL make the same number of updates on the same steps: the edits, where the
 * student still errs. All of it is sized for two cores. */
const WARM = ['--updates', '150', '--batch', '16', '--lr', '1e-3', '--warmup', '0.05', '--schedule', 'cosine'];
const SFT = ['--updates', '30', '--batch', '12', '--lr', '3e-4'];
const SRL = ['--updates', '30', '--batch', '12', '--rollouts', '8', '--lr', '1e-4'];
/** The expert takes five: there is room for a second try. */
const STEP_LIMIT = 8;
const HELDOUT_KATAS = 60;
/** Of those the expert's steps are collected too, to score answers to them. */
const SHOWN_KATAS = 30;

export function quickstartStages(run: RunDir, seed: number): Stage[] {
  const steps = run.path('train-steps.jsonl');
  const edits = run.path('train-edits.jsonl');
  const heldout = run.path('heldout-steps.jsonl');
  const base = shipped('students', 'base-tiny');
  const katas = shipped('trajectories', 'katas.jsonl.gz');
  const train = (name: string, method: 'sft' | 'srl', student: string, file: string, settings: readonly string[]) =>
    stage(
      name,
      `train --method ${method} --seed ${seed}`,
      ...settings,
      ...['--student', student, '--steps', file, '--run', run.path(name)],
    );
  const score = (name: string, tasks: readonly string[], student: string, ...flags: string[]) =>
    stage(
      `score ${name}`,
      `score --seed ${seed} --step-limit ${STEP_LIMIT}`,
      ...tasks,
      ...['--student', student, '--name', name, '--run', run.path(`score-${name.replaceAll(' ', '-')}`), ...flags],
    );
  const onKatas = (name: string, student: string) =>
    score(name, heldoutKatas(HELDOUT_KATAS), student, '--steps', heldout);
  const sample = (slice: number): string[] => ['--shuffle', String(seed), '--slice', String(slice)];
  const upstream = ['--tasks', 'upstream', '--split', 'heldout', ...sample(12)];
  const heldoutKatas = (slice: number): string[] => ['--tasks', 'katas', '--split', 'heldout', ...sample(slice)];

  return [
    stage('environments', 'envs build'),
    stage('validate', 'tasks validate', ...sample(8), '--run', run.path('validate')),
    stage(
      'collect',
      `collect --teacher scripted --prompt brief --seed ${seed} -j 4`,
      ...heldoutKatas(SHOWN_KATAS),
      ...['--run', run.path('collect'), '--out', run.path('heldout.jsonl')],
    ),
    stage('replay', 'replay --limit 5', shipped('trajectories'), '--run', run.path('replay')),
    stage('extract', 'extract', katas, '--only', 'train', '--out', steps),
    stage('extract edits', 'extract', katas, '--only', 'train', '--kinds', 'edit', '--out', edits),
    stage('extract held-out', 'extract', run.path('heldout.jsonl'), '--only', 'heldout', '--out', heldout),
    train('warm', 'sft', base, steps, WARM),
    train('sft', 'sft', run.path('warm', 'checkpoint'), edits, SFT),
    train('srl', 'srl', run.path('warm', 'checkpoint'), edits, SRL),
    onKatas('base', base),
    onKatas('SFT', run.path('sft', 'checkpoint')),
    onKatas('SRL', run.path('srl', 'checkpoint')),
    score('SRL on upstream', upstream, run.path('srl', 'checkpoint')),
    stage(
      'leaderboard',
      'leaderboard',
      ...[run.dir, '--html', run.path('leaderboard.html'), '--save', run.path('leaderboard.json')],
    ),
  ];
}
