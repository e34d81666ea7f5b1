// The scripted expert works in a real git repository and must arrive at the very change that it knows, by whatever way it takes.
import { afterEach, describe, expect, test } from 'vitest';
import { runAttempt } from '../../../../src/agents/loop/attempt.ts';
import { prompts } from '../../../../src/agents/loop/prompts.ts';
import { createScriptedExpert, type ExpertStyle } from '../../../../src/agents/teacher/expert/scripted-expert.ts';
import { definitionIn, expertTask } from '../../../../src/agents/teacher/expert/task.ts';
import type { Attempt } from '../../../../src/core/schema/trajectory.ts';
import { type LocalSandbox, openLocalSandbox } from '../../../support/local-sandbox.ts';

type Files = Record<string, string>;
const boxes: LocalSandbox[] = [];
afterEach(async () => {
  for (const box of boxes.splice(0)) await box.dispose();
});

async function open(files: Files): Promise<LocalSandbox> {
  const box = await openLocalSandbox(files);
  boxes.push(box);
  return box;
}

/** What git says lies between two states of a repository. */
async function diffOf(before: Files, after: Files): Promise<string> {
  const box = await open(before);
  for (const path of Object.keys(before)) if (!(path in after)) await box.exec(`rm '${path}'`);
  for (const [path, text] of Object.entries(after)) await box.writeFile(`/testbed/${path}`, text);
  return box.diff();
}

// What the tests say does not matter here: the expert gets on with what it knows.
/** Both are git's, of the same files: only the hashes of the blobs are left out. */
const withoutHashes = (patch: string): string => patch.replace(/^index .*$/gm, '');

const environments = {
  python: { language: 'python', test_command: 'echo run all', test_files_command: 'echo run {files}' },
  javascript: { language: 'javascript', test_command: 'echo run all', test_files_command: 'echo run {files}' },
} as const;

async function solve(
  before: Files,
  after: Files,
  options: { seed?: number; style?: ExpertStyle; language?: 'python' | 'javascript'; tests?: string[] } = {},
): Promise<{ trajectory: Attempt; gold: string }> {
  const { seed = 1, style = 'default', language = 'python', tests = ['tests/test_it.py::test_it'] } = options;
  const gold = await diffOf(before, after);
  const instance = {
    instance_id: 'x',
    problem_statement: 'It is wrong.',
    image: 'x',
    patch: gold,
    FAIL_TO_PASS: tests,
    ...{ test_patch: '', metadata: {} },
  };
  const model = createScriptedExpert(expertTask(instance, environments[language]), { seed, style });
  const trajectory = await runAttempt({ instance, sandbox: await open(before), model, prompt: prompts[style]! });
  return { trajectory, gold };
}

const lines = (count: number, change: (line: number) => string[] | undefined = () => undefined): string =>
  Array.from({ length: count }, (_, i) => change(i + 1) ?? [`value_${i + 1} = ${i + 1}`])
    .flat()
    .map((line) => `${line}\n`)
    .join('');

const cases: Record<string, { before: Files; after: Files; language?: 'javascript' }> = {
  'one operator': {
    before: { 'src/a.py': 'def less(a, b):\n    return a <= b\n' },
    after: { 'src/a.py': 'def less(a, b):\n    return a < b\n' },
  },
  'characters that sed and the shell would read': {
    before: { 'a.py': "def f(x):\n    return re.sub('[a-z]*.$/', \"\\\\1 & 'x'\", x)  # | , @\n" },
    after: { 'a.py': "def f(x):\n    return re.sub('[a-z]+.^/', \"\\\\2 & 'y' \\\\n\", x)  # | , @ #\n" },
  },
  'the same line twice in the file': {
    before: { 'a.py': 'def f(x):\n    y = x\n    return y\n\n\ndef g(x):\n    y = x\n    return y\n' },
    after: { 'a.py': 'def f(x):\n    y = x\n    return y\n\n\ndef g(x):\n    y = -x\n    return y\n' },
  },
  'a removed statement put back': {
    before: { 'a.py': 'def f(x):\n    y = 1\n    return y\n' },
    after: { 'a.py': 'def f(x):\n    if x is None:\n        return 0\n\n    y = 1\n    return y\n' },
  },
  'lines deleted': {
    before: { 'a.py': lines(20) },
    after: { 'a.py': lines(20, (n) => (n > 7 && n < 11 ? [] : undefined)) },
  },
  'several hunks of different lengths': {
    before: { 'a.py': lines(60) },
    after: { 'a.py': lines(60, (n) => ({ 3: ['first', 'second'], 30: [], 31: ['changed'], 58: ['x = 58', ''] })[n]) },
  },
  'two runs in one hunk, with indentation and backslashes': {
    before: { 'a.py': 'def f(s):\n    a = s\n    b = s\n    c = s\n    d = s\n    return a\n' },
    after: { 'a.py': "def f(s):\n    a = s + '\\n'\n    b = s\n\n    c = s\n    d = '\\\\t'\n    return a\n" },
  },
  'first and last line': {
    before: { 'a.py': lines(9) },
    after: { 'a.py': `# new\n${lines(9)}# end\n` },
  },
  'several files, one new, one gone': {
    before: { 'src/a.py': lines(9), 'src/b.py': lines(5), 'src/c.py': 'x = 1\n' },
    after: {
      'src/a.py': lines(9, (n) => (n === 4 ? ['import b'] : undefined)),
      'src/new/d.py': 'def d():\n    pass\n',
      'src/c.py': 'x = 2\n',
    },
  },
  'a file without a final newline': {
    before: { 'a.py': 'def f():\n    return 1' },
    after: { 'a.py': 'def f():\n    return 2' },
  },
  'carriage returns': {
    before: { 'a.py': 'def f():\r\n    return 1\r\n' },
    after: { 'a.py': 'def f():\r\n    return 2\r\n' },
  },
  'JavaScript with tabs and template strings': {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: JavaScript as text
    before: { 'lib/a.js': 'exports.f = function (a) {\n\tconst t = `${a} $& \\``;\n\treturn t;\n};\n' },
    after: {
      'lib/a.js':
        // biome-ignore lint/suspicious/noTemplateCurlyInString: JavaScript as text
        "exports.f = function (a) {\n\tconst t = `${a ?? ''} $& \\``;\n\tif (!a) return '';\n\treturn t;\n};\n",
    },
    language: 'javascript',
  },
};

describe('the expert', () => {
  test.each(Object.entries(cases))(
    'arrives at the known change: %s',
    { timeout: 120_000 },
    async (_, { before, after, language }) => {
      for (const seed of [1, 2, 3]) {
        const { trajectory, gold } = await solve(before, after, { seed, language: language ?? 'python' });
        expect(trajectory.ending).toBe('submitted');
        expect(withoutHashes(trajectory.patch)).toBe(withoutHashes(gold));
        expect(trajectory.steps.some(({ malformed }) => malformed)).toBe(false);
      }
    },
  );

  test('makes plain changes at the first try, by every way it has', async () => {
    const { before, after } = cases['lines deleted']!;
    const tools = new Set<string>();
    for (let seed = 0; seed < 8; seed++) {
      const { trajectory } = await solve(before, after, { seed });
      const commands = trajectory.steps.map(({ action }) => action);
      expect(commands.join('\n')).not.toContain('git checkout');
      for (const way of ['sed -i', 'str_replace</parameter>', 'git apply', 'python3 - <<']) {
        if (commands.some((command) => command.includes(way))) tools.add(way);
      }
    }
    expect(tools.size).toBeGreaterThanOrEqual(3);
  });

  test('works the same way for the same seed and another way for another', async () => {
    const { before, after } = cases['one operator']!;
    const actions = async (seed: number) =>
      (await solve(before, after, { seed })).trajectory.steps.map(({ thought, action }) => thought + action);
    const [first, again, ...others] = await Promise.all([7, 7, 8, 9, 10].map(actions));
    expect(again).toEqual(first);
    expect(others.some((other) => other.join() !== first!.join())).toBe(true);
  });

  test('runs the failing tests before and after the edit, and reads the code before it', async () => {
    const { before, after } = cases['one operator']!;
    const { trajectory } = await solve(before, after);
    const at = (pattern: RegExp) => trajectory.steps.flatMap(({ action }, i) => (pattern.test(action) ? [i] : []));
    const [firstRun, lastRun] = [at(/echo run/)[0]!, at(/echo run/).at(-1)!];
    const edit = at(/sed -i|str_replace<|python3 -/)[0]!;
    expect(firstRun).toBeLessThan(edit);
    expect(at(/sed -n|view<|cat -n/)[0]).toBeLessThan(edit);
    expect(lastRun).toBeGreaterThan(edit);
    expect(trajectory.steps.at(-1)!.action).toBe('<function=submit>\n</function>');
  });

  test('never speaks of the patch that it knows', async () => {
    for (const { before, after } of Object.values(cases)) {
      const { trajectory } = await solve(before, after);
      expect(trajectory.messages.map(({ content }) => content).join('\n')).not.toMatch(
        /gold|solution patch|known change/i,
      );
    }
  });

  test('names no test that only the scorer has, and looks where the instance says that the change is', async () => {
    const { before, after } = cases['one operator']!;
    const test_patch = await diffOf({}, { 'tests/test_secret.py': 'def test_secret(): ...\n' });
    const FAIL_TO_PASS = ['tests/test_secret.py::test_secret', 'tests/test_open.py::test_open'];
    const patch = await diffOf(before, after);
    const metadata = { function: 'src/a.py::Numbers.less' };
    const task = expertTask({ instance_id: 'x', patch, test_patch, FAIL_TO_PASS, metadata }, environments.python);
    expect(task.failingTests).toEqual(['tests/test_open.py::test_open']);
    expect(definitionIn(task, task.files[0]!)).toBe('less');
    const titles = expertTask(
      { instance_id: 'x', patch, test_patch, FAIL_TO_PASS: ['a title'], metadata },
      environments.javascript,
    );
    expect(titles.failingTests).toEqual([]);
  });

  test('takes back an edit that did not land as meant, and applies the change in one piece', async () => {
    const { before, after } = cases['one operator']!;
    const gold = await diffOf(before, after);
    const instance = {
      instance_id: 'x',
      problem_statement: 'p',
      image: 'x',
      patch: gold,
      FAIL_TO_PASS: ['t'],
      test_patch: '',
      metadata: {},
    };
    const box = await open(before);
    // Someone else's change in the same file: the diff that the expert looks at is not the one it meant to make.
    await box.exec('echo "# stray" >> src/a.py');
    const model = createScriptedExpert(expertTask(instance, environments.python), { seed: 1 });
    const trajectory = await runAttempt({ instance, sandbox: box, model, prompt: prompts.default! });
    expect(trajectory.steps.some(({ action }) => action.includes('git checkout'))).toBe(true);
    expect(withoutHashes(trajectory.patch)).toBe(withoutHashes(gold));
  });

  test('brief: five steps in the forms of the katas', async () => {
    const code = (line: string) =>
      `def keep_odd(xs):\n    """Odd ones."""\n    out = []\n    for x in xs:\n        ${line}\n            out.append(x)\n    return out\n`;
    const before = { 'katas/filters/keep_odd.py': code('if x % 2 == 0:') };
    const after = { 'katas/filters/keep_odd.py': code('if x % 2 == 1:') };
    const { trajectory, gold } = await solve(before, after, { style: 'brief', tests: ['keep_odd::1'] });
    expect(trajectory.steps.map(({ tool_call }) => tool_call!.arguments.command)).toEqual([
      'python -m tests keep_odd',
      "grep -n '' katas/filters/keep_odd.py",
      "sed -i '5c\\        if x % 2 == 1:' katas/filters/keep_odd.py",
      'python -m tests keep_odd',
      undefined,
    ]);
    expect(withoutHashes(trajectory.patch)).toBe(withoutHashes(gold));
    expect(trajectory.messages[2]!.content).toBe(
      '<think>Run the test.</think>\n<function=bash>\n<parameter=command>python -m tests keep_odd</parameter>\n</function>',
    );
  });

  test('brief: lines inserted and deleted land where they belong', async () => {
    const before = { 'katas/a.py': 'def f(x):\n    a = 1\n    b = 2\n    c = 3\n    return x\n' };
    for (const text of [
      'def f(x):\n    b = 2\n    return x\n',
      'def f(x):\n    a = 1\n    b = 2\n    z = 1\n    y = 2\n    c = 4\n    return x\n',
    ]) {
      const { trajectory, gold } = await solve(before, { 'katas/a.py': text }, { style: 'brief', tests: ['f::1'] });
      expect(withoutHashes(trajectory.patch)).toBe(withoutHashes(gold));
    }
  });
});
