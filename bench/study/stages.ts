// One seed of the study, as command lines: a student that has imitated one half of the expert's work, then every way to go on from it on
// the other half, for the same number of updates, each scored on the same held-out katas.
import { join } from 'node:path';
import { type Stage, stage } from '../../src/cli/run-stages.ts';
import { shipped } from '../../src/core/run/paths.ts';
import type { RunDir } from '../../src/core/run/run-dir.ts';

/** What a seed's arms learn from; see halves.ts. */
export interface Half {
  trajectories: string;
  instances: string;
}

/** Updates that every arm makes, in two parts where it is trained in two ways. */
const UPDATES = 30;

const WARM = '--updates 150 --batch 16 --lr 1e-3 --warmup 0.05 --schedule cosine';
const SFT = '--method sft --batch 12 --lr 3e-4';
const SRL = '--method srl --batch 12 --rollouts 8 --lr 1e-4';
/** A group is eight whole attempts, each in a sandbox, where SRL's is eight answers. */
const RLVR = '--method rlvr --batch 2 --rollouts 8 --lr 1e-4 --save-every 5';

export function studyStages(run: RunDir, seed: number, { imitated, fresh }: { imitated: Half; fresh: Half }): Stage[] {
  const all = run.path('imitated-steps.jsonl');
  const edits = run.path('fresh-edits.jsonl');
  const steps = run.path('fresh-steps.jsonl');
  const expert = run.path('heldout.jsonl');
  const heldout = run.path('heldout-steps.jsonl');
  const base = shipped('students', 'base-tiny');
  const warm = run.path('warm', 'checkpoint');
  const folder = (name: string): string => run.path(name.toLowerCase().replaceAll(/[^a-z]+/g, '-'));
  const score = (name: string, student: string): Stage =>
    stage(
      `score ${name}`,
      `score --seed ${seed} --step-limit 8 ${drawn(60)}`,
      ...['--student', student, '--steps', heldout, '--name', name, '--run', `${folder(name)}-score`],
    );
  /** `last`: where the folder of the arm's last checkpoint stands in its own. */
  const arm = (name: string, settings: string, more: string[], { updates = UPDATES, last = '.' } = {}): Stage[] => [
    stage(
      name,
      `train --seed ${seed} --updates ${updates} ${settings}`,
      ...['--student', warm, ...more, '--run', folder(name)],
    ),
    score(name, join(folder(name), last, 'checkpoint')),
  ];
  const drawn = (slice: number): string => `--tasks katas --split heldout --shuffle ${seed} --slice ${slice}`;
  const tasks = ['--tasks', fresh.instances];

  return [
    stage(
      'collect',
      `collect --teacher scripted --prompt brief -j 4 --seed ${seed} ${drawn(30)}`,
      ...['--run', run.path('collect'), '--out', expert],
    ),
    stage('extract imitated', 'extract', imitated.trajectories, '--only', 'train', '--out', all),
    stage('extract fresh', 'extract', fresh.trajectories, '--only', 'train', '--out', steps),
    stage('extract held-out', 'extract', expert, '--only', 'heldout', '--out', heldout),
    stage('extract edits', 'extract', fresh.trajectories, '--only', 'train', '--kinds', 'edit', '--out', edits),
    score('base', base),
    stage(
      'warm',
      `train --seed ${seed} --method sft ${WARM}`,
      '--student',
      base,
      '--steps',
      all,
      '--run',
      run.path('warm'),
    ),
    score('warm', warm),
    ...arm('SFT', SFT, ['--steps', edits]),
    ...arm('SRL', SRL, ['--steps', edits]),
    ...arm('SRL, no dynamic sampling', `${SRL} --std-threshold -1`, ['--steps', edits]),
    ...arm('RLVR', RLVR, tasks),
    ...arm('one-step', `${RLVR} --attempt-reward similarity`, [...tasks, '--steps', steps]),
    ...arm('SRL→RLVR', SRL, ['--steps', edits, '--then', `${RLVR} --updates ${UPDATES / 2} ${tasks.join(' ')}`], {
      updates: UPDATES / 2,
      last: 'then',
    }),
  ];
}
