// The patch against the edits: edits are made for real, by the editor in a repository, and git makes the patch.
import { expect, test } from 'vitest';
import { observe } from '../../../../src/agents/loop/observe.ts';
import { ownStyle } from '../../../../src/agents/loop/styles.ts';
import { attemptContext } from '../../../../src/agents/loop/turn.ts';
import type { Attempt, AttemptStep } from '../../../../src/core/schema/trajectory.ts';
import { openPatch } from '../../../../src/data/curate/lint/patch.ts';
import { writeScopeOf } from '../../../../src/data/step/write-scope.ts';
import { openLocalSandbox } from '../../../support/local-sandbox.ts';
import { aTrajectory, bashStep } from '../../../support/trajectory.ts';

const text = Array.from({ length: 30 }, (_, line) => `line ${line}`).join('\n');
const edit = (command: string, path: string, args: Record<string, unknown> = {}) => ({
  command,
  path: `/testbed/${path}`,
  ...args,
});
const replace = (old_str: string, new_str: string, path = 'a.py') => edit('str_replace', path, { old_str, new_str });

/** What the editor and the shell answer, and the patch that git then makes. */
async function attempt(...calls: (Record<string, unknown> | string)[]): Promise<Attempt> {
  await using box = await openLocalSandbox({ 'a.py': text, 'b.py': text });
  const context = attemptContext(box);
  const steps: AttemptStep[] = [];
  for (const call of calls) {
    const tool_call =
      typeof call === 'string'
        ? { name: 'bash', arguments: { command: call } }
        : { name: 'str_replace_editor', arguments: call };
    const observed = await observe(tool_call, context, ownStyle({ observationChars: 16_000 }));
    if ('wrong' in observed) throw new Error(observed.wrong);
    steps.push(bashStep('', '', { tool_call, ...observed }));
  }
  return aTrajectory({ steps, patch: await box.diff() });
}

const faults = async (trajectory: Attempt): Promise<string[]> => {
  const found = await openPatch({ writeScopeOf, similarity: 0.8 })(trajectory, { file: '', line: 1 });
  return [...found].map(({ step, message }) => (step === undefined ? message : `${step}: ${message}`));
};

const manyEdits = [
  replace('line 3\nline 4\nline 5', 'line 3\nline four\n\tindented\nline 5'),
  edit('insert', 'a.py', { insert_line: 0, new_str: '# first\n# second' }),
  replace('ne 20', 'ne twenty'),
  replace('line 9', 'gone'),
  edit('undo_edit', 'a.py'),
  replace('nowhere', 'refused'),
  edit('create', 'new.py', { file_text: 'def f():\n    return 1\n' }),
  replace('return 1', 'return 2', 'new.py'),
];

test('a patch that the edits make has no faults', async () => {
  expect(await faults(await attempt(...manyEdits, 'cat a.py; python -m pytest -q'))).toEqual([]);
});

test('a patch of other edits is told by the file, and by how many lines', async () => {
  const real = await attempt(...manyEdits);
  const patched = (from: string, to: string): Promise<string[]> => {
    expect(real.patch).toContain(from);
    return faults({ ...real, patch: real.patch.replace(from, to) });
  };
  expect(await patched('+line four', '+line vier')).toEqual([
    '2: a.py: lines that only the patch changes: 1, that only the edits change: 1',
  ]);
  expect(await patched('+# first', '+# third')).toHaveLength(1);
  expect(await patched('+line twenty', '+line zwanzig')).toHaveLength(1);
  expect(await patched('+    return 2', '+    return 3')).toEqual([
    '7: new.py: its text in the patch is not what was written',
  ]);
});

test('a patch without an edited file, and one with a file that nothing wrote', async () => {
  const { patch: other } = await attempt(replace('line 3', 'line three', 'b.py'));
  const real = await attempt(replace('line 3', 'line three'));
  expect(await faults({ ...real, patch: '' })).toEqual(['0: edits /testbed/a.py, which the patch does not change']);
  expect(await faults({ ...real, patch: real.patch + other })).toEqual([
    'the patch changes b.py, which no action writes to',
  ]);
});

test.each([
  ['a script names the file', "python -c \"open('a.py', 'a')\""],
  ['a script may write anywhere', 'git checkout -- .'],
  ['the file was removed', 'rm -f a.py'],
])('nothing is told when %s', async (_, script) => {
  const real = await attempt(replace('line 3', 'line three'));
  expect(await faults({ ...real, steps: [...real.steps, bashStep(script, '')], patch: '' })).toEqual([]);
});

test('edits that take each other back need not be in the patch, and without a patch there is nothing to compare', async () => {
  const back = await attempt(replace('line 3', 'line three'), replace('line three', 'line 3'));
  expect(back.patch).toBe('');
  expect(await faults(back)).toEqual([]);
  const { patch: _, ...unpatched } = await attempt(replace('line 3', 'line three'));
  expect(await faults(unpatched as Attempt)).toEqual([]);
});
