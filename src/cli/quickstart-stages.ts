// What `quickstart` runs, in order: the commands with their settings. Updates and samples are sized for two cores and a quarter of an hour.
import { shipped } from '../run/paths.ts';
import type { RunDir } from '../run/run-dir.ts';

export interface Stage {
  name: string;
  argv: string[];
}

/** Both SFT and SRL make this many updates from the same base on the same steps; SRL spends the second part on rewards. */
const WARM_UPDATES = 120;
const MORE_UPDATES = 60;

export function quickstartStages(run: RunDir, seed: number): Stage[] {
  const stage = (name: string, command: string, ...flags: string[]): Stage => ({
    name,
    argv: [...command.split(' '), ...flags],
  });
  const steps = [run.path('train-steps.jsonl'), run.path('heldout-steps.jsonl')];
  const base = shipped('students', 'base-tiny');
  const train = (name: string, method: 'sft' | 'srl', student: string, updates: number, ...flags: string[]) =>
    stage(
      name,
      `train --method ${method} --updates ${updates} --seed ${seed}`,
      ...['--student', student, '--steps', ...steps, '--out', run.path(name), ...flags],
    );
  const score = (name: string, tasks: string, student: string, ...flags: string[]) =>
    stage(
      `score ${name}`,
      `score --tasks ${tasks} --split heldout --seed ${seed}`,
      ...['--student', student, '--name', name, '--run', run.path(`score-${name.replaceAll(' ', '-')}`), ...flags],
    );
  const onKatas = (name: string, student: string) => score(name, 'katas', student, '--steps', steps[1]!);
  const sample = ['--shuffle', String(seed), '--slice', '16'];

  return [
    stage('environments', 'envs build'),
    stage('validate', 'tasks validate', ...sample, '--run', run.path('validate')),
    stage(
      'collect',
      `collect --tasks katas --split heldout --teacher scripted --prompt brief --seed ${seed}`,
      ...['--run', run.path('collect'), '--out', run.path('heldout.jsonl')],
    ),
    stage('replay', 'replay --limit 16', shipped('trajectories'), '--run', run.path('replay')),
    stage('extract', 'extract --only train', shipped('trajectories', 'katas.jsonl.gz'), '--out', steps[0]!),
    stage('extract held-out', 'extract --only heldout', run.path('heldout.jsonl'), '--out', steps[1]!),
    train('warm', 'sft', base, WARM_UPDATES),
    train('sft', 'sft', run.path('warm', 'checkpoint'), MORE_UPDATES),
    train('srl', 'srl', run.path('warm', 'checkpoint'), MORE_UPDATES),
    onKatas('base', base),
    onKatas('SFT', run.path('sft', 'best')),
    onKatas('SRL', run.path('srl', 'best')),
    score('SRL on upstream', 'upstream', run.path('srl', 'best')),
    stage(
      'leaderboard',
      'leaderboard',
      ...[run.dir, '--html', run.path('leaderboard.html'), '--save', run.path('leaderboard.json')],
    ),
  ];
}
