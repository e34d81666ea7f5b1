// The corpus of the base student, as step instances: lessons on katas that the generator of envs/katas could have put into the library
// but did not. Families that are held out stay away, and so do near-copies of held-out functions.
//
//   npx tsx scripts/base-corpus.ts --count 20000 --out base.jsonl
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeFileAtomic } from '../src/core/run/files.ts';
import { createRandom, pick } from '../src/core/run/random.ts';
import { createReporter } from '../src/core/run/reporter.ts';
import { imageOf } from '../src/core/schema/environment.ts';
import type { StepInstance } from '../src/core/schema/step-instance.ts';
import { nearCopiesOf } from '../src/data/synth/splits.ts';
import { createSuiteRunner } from '../src/data/synth/suite-runner.ts';
import { openBackend } from '../src/world/sandbox/backend.ts';
import { ensureImages } from '../src/world/sandbox/images/images.ts';
import type { SandboxBackend } from '../src/world/sandbox/sandbox.ts';
import { environmentDir, loadEnvironment } from '../src/world/task/environments.ts';
import { loadInstances } from '../src/world/task/load.ts';
import { giveLesson, type Kata } from './lessons.ts';

const { values: options } = parseArgs({
  options: {
    count: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string', default: 'base.jsonl' },
  },
});

const environment = await loadEnvironment('katas');
await ensureImages([environment], { emit: createReporter() });
const backend = await openBackend();
const katas = allowed(await spareKatas(backend), await heldoutSources(backend));
const random = createRandom(`base corpus ${options.seed}`);
const rows = Array.from({ length: Number(options.count) }, (_, index) => rowOf(pick(random, katas), index));
await writeFileAtomic(options.out, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
console.log(`${rows.length} lessons on ${katas.length} katas: ${options.out}`);

/** What the generator has left over. It runs in a sandbox, so that no Python is needed here. */
async function spareKatas(from: SandboxBackend): Promise<Kata[]> {
  const folder = join(environmentDir('katas'), 'generator');
  await using box = await from.open({ image: imageOf(environment) });
  for (const file of await readdir(folder))
    if (file.endsWith('.py')) await box.writeFile(`/tmp/generator/${file}`, await readFile(join(folder, file)));
  const { output } = await box.exec('python /tmp/generator --spare', { maxOutputBytes: 64 * 1024 * 1024 });
  return output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Kata);
}

async function heldoutSources(from: SandboxBackend): Promise<{ source: string }[]> {
  const instances = (await loadInstances('katas')).filter(({ split }) => split === 'heldout');
  const paths = new Set(instances.map(({ metadata }) => metadata.function!.split('::')[0]!));
  const files = await createSuiteRunner(environment, { backend: from }).readFiles([...paths]);
  return files.map(({ text }) => ({ source: text }));
}

function allowed(spare: readonly Kata[], heldout: readonly { source: string }[]): Kata[] {
  const { heldout_families, near_copy } = environment.ladder!;
  const seen = spare.filter(({ family }) => !heldout_families.includes(family));
  const near = new Set(
    nearCopiesOf(
      seen.map((kata) => ({ kata, source: kata.code })),
      heldout,
      near_copy,
    ).map(({ kata }) => kata),
  );
  return seen.filter((kata) => !near.has(kata));
}

function rowOf(kata: Kata, index: number): StepInstance {
  const trajectory = `base.${index}`;
  return {
    id: `${trajectory}#0`,
    instance_id: `katas.spare.${kata.name}`,
    trajectory_id: trajectory,
    step: 0,
    steps: 1,
    ...giveLesson(kata, random),
    split: 'train',
  };
}
