// A recorded trajectory replayed in an image of its repository: how faithful it is, and our time of each call beside the recorded one.
//
//   npx tsx bench/replay.ts FILE.traj [IMAGE]        IMAGE: default the one that the recording names
import { createReporter } from '../src/core/run/reporter.ts';
import { replayTrajectory } from '../src/data/replay/replay.ts';
import { loadTrajectories } from '../src/data/trajectory/load.ts';
import { openBackend } from '../src/world/sandbox/backend.ts';
import { median } from './measure.ts';

const ROUNDS = 5;

const [file, asked] = process.argv.slice(2);
if (file === undefined) throw new Error('Usage: npx tsx bench/replay.ts FILE.traj [IMAGE]');
const [trajectory] = await loadTrajectories([file]);
const image = asked ?? trajectory?.environment?.image;
if (trajectory === undefined || image === undefined) throw new Error(`${file} names no image: give one.`);

const backend = await openBackend({ emit: createReporter() });
const rounds = [];
for (let round = 0; round < ROUNDS; round++) {
  await using box = await backend.open({ image });
  rounds.push(await replayTrajectory(trajectory, box));
}

const [first] = rounds;
const alike = first!.steps.filter(({ likeness }) => likeness !== 'different').length;
console.log(`${alike} of ${first!.steps.length} steps equal; diff equal: ${first!.diff_equal}; median of ${ROUNDS}`);
const total = { ours: 0, theirs: 0 };
for (const { step, likeness } of first!.steps) {
  const { tool_call, action, duration_ms: theirs } = trajectory.steps[step]!;
  const ours = median(rounds.map(({ rerecorded }) => rerecorded.steps[step]!.duration_ms ?? 0));
  const name = `${tool_call?.name ?? ''}: ${action.split('\n')[0]!.slice(0, 40)}`;
  print(name, likeness, ours, theirs);
  total.ours += ours;
  total.theirs += theirs ?? 0;
}
print('all', '', total.ours, total.theirs || undefined);

function print(name: string, likeness: string, ours: number, theirs: number | undefined): void {
  const recorded = theirs === undefined ? '' : `${theirs.toFixed(0).padStart(7)} ms recorded`;
  console.log(`  ${name.padEnd(54)} ${likeness.padEnd(9)} ${ours.toFixed(0).padStart(6)} ms ${recorded}`);
}
