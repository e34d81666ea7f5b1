// One small command in an open container: ours, dockerode's exec, the docker program's exec. Side by side, one after the other in turns.
//
//   npx tsx bench/exec.ts
import { execa } from 'execa';
import { createReporter } from '../src/run/reporter.ts';
import { openBackend } from '../src/sandbox/backend.ts';
import { ensureEngine } from '../src/sandbox/engine/ensure-engine.ts';
import { ensureImages } from '../src/sandbox/images/images.ts';
import { imageOf } from '../src/schema/environment.ts';
import { loadEnvironment } from '../src/task/environments.ts';
import { median, printTable, timeRuns } from './measure.ts';

const COMMAND = 'echo hello';

const emit = createReporter();
const environment = await loadEnvironment('katas');
await ensureImages([environment], { emit });
const { docker } = await ensureEngine(emit);
const backend = await openBackend({ emit });
await using box = await backend.open({ image: imageOf(environment) });
const container = docker.getContainer(box.id);

const ways: Record<string, () => Promise<unknown>> = {
  'stepwright exec': () => box.exec(COMMAND),
  'dockerode exec': dockerodeExec,
  'docker exec': () => execa('docker', ['exec', box.id, 'sh', '-c', COMMAND]),
};
const times = Object.fromEntries(Object.keys(ways).map((name) => [name, [] as number[]]));
for (let round = 0; round < 5; round++)
  for (const [name, run] of Object.entries(ways)) times[name]!.push(...(await timeRuns(run, { runs: 10 })));
printTable(
  `\`${COMMAND}\`, median of 50`,
  Object.entries(times).map(([name, all]) => [name, median(all)]),
);

async function dockerodeExec(): Promise<void> {
  const exec = await container.exec({ Cmd: ['sh', '-c', COMMAND], AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({});
  await new Promise((resolve) => stream.resume().once('end', resolve));
  await exec.inspect();
}
