// The katas environment: its image builds, its suite passes, and its functions are what the ladder needs them to be.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silent } from '../../src/core/run/events.ts';
import { type Environment, imageOf } from '../../src/core/schema/environment.ts';
import { nearCopiesOf } from '../../src/data/synth/splits.ts';
import type { SourceFile, SuiteRun } from '../../src/data/synth/suite-run.ts';
import { createSuiteRunner } from '../../src/data/synth/suite-runner.ts';
import { openBackend } from '../../src/world/sandbox/backend.ts';
import { ensureImages } from '../../src/world/sandbox/images/images.ts';
import type { Sandbox } from '../../src/world/sandbox/sandbox.ts';
import { loadEnvironment } from '../../src/world/task/environments.ts';
import { loadInstances } from '../../src/world/task/load.ts';

let environment: Environment;
let box: Sandbox;
let sources: SourceFile[];
let suite: SuiteRun;
beforeAll(async () => {
  environment = await loadEnvironment('katas');
  await ensureImages([environment], { emit: silent });
  const backend = await openBackend();
  const suiteRunner = createSuiteRunner(environment, { backend });
  sources = await suiteRunner.readFiles(environment.source_globs);
  suite = await suiteRunner.runSuite({});
  box = await backend.open({ image: imageOf(environment) });
});
afterAll(() => box?.dispose());

const linesOf = ({ text }: SourceFile) => text.trimEnd().split('\n');

describe('library', () => {
  test('its suite passes, with at least three tests a function', () => {
    const statuses = Object.entries(suite.statuses);
    expect(statuses.filter(([, status]) => status !== 'PASSED')).toEqual([]);
    for (const { path } of sources) {
      const module = path
        .replace('katas/', 'tests/')
        .replace(/(\w+)\.py$/, 'test_$1')
        .replaceAll('/', '.');
      expect(statuses.filter(([test]) => test.startsWith(`${module}.`)).length, path).toBeGreaterThanOrEqual(3);
    }
  });

  test('at least 150 files of one function, three to nine lines, with a docstring of one line', () => {
    expect(sources.length).toBeGreaterThanOrEqual(150);
    for (const source of sources) {
      const [signature, docstring, ...body] = linesOf(source);
      expect(signature, source.path).toMatch(/^def \w+\(.*\):$/);
      expect(docstring, source.path).toMatch(/^ {4}"""[A-Z].+\."""$/);
      expect(body.length, source.path).toBeGreaterThanOrEqual(1);
      expect(linesOf(source).length, source.path).toBeLessThanOrEqual(9);
    }
  });

  test('no quote or backslash that a sed script in single quotes would trip over', () => {
    for (const { path, text } of sources) expect(text, path).not.toMatch(/['\\]/);
  });

  test('no near-copy of a held-out function is trained on', async () => {
    const instances = await loadInstances('katas');
    const of = (split: string) => {
      const names = new Set(instances.filter((row) => row.split === split).map((row) => row.metadata.function));
      return sources
        .filter(({ path }) => names.has(`${path}::${/(\w+)\.py$/.exec(path)![1]}`))
        .map(({ path, text }) => ({ path, source: text }));
    };
    expect(of('heldout').length).toBeGreaterThan(0);
    const near = nearCopiesOf(of('train'), of('heldout'), environment.ladder!.near_copy);
    expect(near.map(({ path }) => path)).toEqual([]);
  });

  test('the generator that made it is not in the image', async () => {
    expect((await box.exec('find / -path /proc -prune -o -name "shapes.py" -print')).output).toBe('');
  });
});

describe('python -m tests', () => {
  test('says how many tests passed', async () => {
    const name = /(\w+)\.py$/.exec(sources[0]!.path)![1]!;
    expect(await box.exec(`python -m tests ${name}`)).toMatchObject({ output: '5 passed\n', exitCode: 0 });
  });

  test('stops at the first failure and tells what came out and what should have', async () => {
    const { path } = sources.find(({ text }) => text.includes('return [')) as SourceFile;
    const name = /(\w+)\.py$/.exec(path)![1]!;
    await box.exec(`sed -i '$c\\    return 7' ${path}`);
    const { output, exitCode } = await box.exec(`python -m tests ${name}`);
    expect(output).toMatch(new RegExp(`^FAILED ${path}: 7 != \\[.*\\]\\n$`));
    expect(exitCode).toBe(1);
  });

  test('an exception is told by its name', async () => {
    const { path } = sources.at(-1)!;
    const name = /(\w+)\.py$/.exec(path)![1]!;
    await box.exec(`sed -i '$c\\    return nowhere' ${path}`);
    const { output } = await box.exec(`python -m tests ${name}`);
    expect(output).toBe(`FAILED ${path}: NameError: name 'nowhere' is not defined\n`);
  });

  test('a name without tests is no success', async () => {
    expect(await box.exec('python -m tests nothing')).toMatchObject({ output: 'no tests of nothing\n', exitCode: 1 });
  });
});
