// The contract, tried on both engines, and on Docker in an image of busybox alone; and that a backend which breaks it does not pass.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silent } from '../../../../src/core/run/events.ts';
import {
  type CaseOutcome,
  FAMILIES,
  runCase,
  runConformance,
} from '../../../../src/world/sandbox/conformance/conformance.ts';
import { type Conformance, openConformance } from '../../../../src/world/sandbox/conformance/open.ts';
import type { ExecOptions, OpenOptions, Sandbox } from '../../../../src/world/sandbox/sandbox.ts';

const all = Object.entries(FAMILIES).flatMap(([family, cases]) => cases.map((one) => ({ ...one, family })));

const { exec, workers, session } = FAMILIES;

describe.each([
  ['docker', 'full', FAMILIES],
  ['docker', 'busybox', { exec, workers, session }],
  ['podman', 'full', FAMILIES],
] as const)('%s, %s', (name, kind, families) => {
  test('every case passes that the image has the programs for', async () => {
    await using opened = await openConformance(name, silent);
    const outcomes = await runConformance(opened.backend, await opened.image(kind), { families });
    const of = (outcome: CaseOutcome['outcome']) => outcomes.filter((one) => one.outcome === outcome);
    expect(of('failed')).toEqual([]);
    expect(of('skipped').map((one) => one.name)).toEqual(kind === 'full' ? [] : [NEEDS_BASH]);
    expect(of('passed').length).toBeGreaterThanOrEqual(kind === 'full' ? 60 : 40);
  });
});

const NEEDS_BASH = 'bash runs the commands of an image that has it';

describe('a backend fails the case whose promise it breaks', () => {
  let opened: Conformance;
  let image: string;
  beforeAll(async () => {
    opened = await openConformance('docker', silent);
    image = await opened.image('full');
  });
  afterAll(() => opened[Symbol.asyncDispose]());

  const withOptions = (change: ExecOptions) => (box: Sandbox) =>
    ({ exec: (command, options) => box.exec(command, { ...options, ...change }) }) satisfies Partial<Sandbox>;

  const breakages: [name: string, broken: (box: Sandbox) => Partial<Sandbox>][] = [
    [
      'an exit code is passed on',
      (box) => ({ exec: async (...args) => ({ ...(await box.exec(...args)), exitCode: 0 }) }),
    ],
    ['carriage returns and escapes pass', (box) => ({ exec: async (...args) => trimmed(await box.exec(...args)) })],
    ['cwd: absolute', withOptions({ cwd: '/testbed' })],
    ['env: an empty value is set', withOptions({ env: {} })],
    ['stdin: is not the script', withOptions({ stdin: '' })],
    ['beyond the cap head and tail are kept and the cut is counted', withOptions({ maxOutputBytes: 1e9 })],
    ['a mode is set', (box) => ({ writeFile: (path, content) => box.writeFile(path, content) })],
    ['a new file in a new folder is in a patch that gives the same files', () => ({ diff: async () => '' })],
    ['a fork is another sandbox with the files, which goes its own way', (box) => ({ fork: async () => box })],
    ['dispose may be asked for twice; commands after it are SandboxErrors', () => ({ dispose: async () => undefined })],
  ];
  test.each(breakages)('%s', async (name, broken) => {
    const open = async (options?: Partial<OpenOptions>): Promise<Sandbox> => {
      const box = await opened.backend.open({ image, ...options });
      return { ...box, ...broken(box) };
    };
    await using box = await open();
    const one = all.find((case_) => case_.name === name)!;
    expect(await runCase(one, { box, open })).toMatchObject({ outcome: 'failed', why: expect.stringMatching(/./) });
  });

  const trimmed = <T extends { output: string }>(result: T): T => ({ ...result, output: result.output.trimEnd() });
});

test('there are enough cases, and no two of one name', () => {
  expect(all.length).toBeGreaterThanOrEqual(60);
  expect(new Set(all.map(({ family, name }) => `${family}: ${name}`)).size).toBe(all.length);
});
