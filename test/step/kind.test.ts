import { describe, expect, test } from 'vitest';
import { parseCommands } from '../../src/step/bash.ts';
import { kindOf } from '../../src/step/kind.ts';

describe('commands of a bash action', () => {
  test('come in order, with pipes, lists and loops taken apart', async () => {
    const commands = await parseCommands(
      'cd /testbed && python -m pytest -q | tail -5; for f in *; do grep -n "a b" $f; done',
    );
    expect(commands.map(({ name, args }) => [name, ...args])).toEqual([
      ['cd', '/testbed'],
      ['python', '-m', 'pytest', '-q'],
      ['tail', '-5'],
      ['grep', '-n', 'a b', '$f'],
    ]);
  });

  test('say where they stand, in bytes', async () => {
    const script = "echo 🙂é; cat > 'a b' <<'END'\nrm é\nEND\nls x=$(git diff)";
    const bytes = Buffer.from(script);
    const commands = await parseCommands(script);
    expect(commands.map(({ name }) => name)).toEqual(['echo', 'cat', 'ls', 'git']);
    for (const {
      text,
      bytes: [start, end],
    } of commands)
      expect(bytes.subarray(start, end).toString()).toBe(text);
  });

  test('name the files they write', async () => {
    const written = async (script: string) => (await parseCommands(script)).flatMap(({ writesTo }) => writesTo);
    expect(await written("cat > 'a b.py' <<EOF\nx\nEOF")).toEqual([{ path: 'a b.py', append: false }]);
    expect(await written('echo x >> log.txt 2>&1')).toEqual([{ path: 'log.txt', append: true }]);
    expect(await written('ls 2>/dev/null >&2; grep x < in.txt')).toEqual([]);
  });

  test('assignments before the name belong to the command, not to its words', async () => {
    expect(await parseCommands('A=1 B="x y" sed -i s/a/b/ f')).toMatchObject([
      { name: 'sed', args: ['-i', 's/a/b/', 'f'] },
    ]);
  });

  test.each(['', '   ', '# only a comment', 'if [ -f a ]; then', "echo 'open"])('%j does not throw', async (script) => {
    await expect(parseCommands(script)).resolves.toBeInstanceOf(Array);
  });
});

describe('the kind of a bash action', () => {
  test.each([
    ['python -m pytest tests/test_a.py -x', 'run_tests'],
    ['cd /testbed && PYTHONPATH=. pytest -q 2>&1 | tail -20', 'run_tests'],
    ['npx tape test/*.js', 'run_tests'],
    ['npm test', 'run_tests'],
    ['npm run test:unit -- --grep x', 'run_tests'],
    ['node --test', 'run_tests'],
    ['node test/parse.test.js', 'run_tests'],
    ['python tests/test_a.py', 'run_tests'],
    ['timeout 60 python3 -m unittest -v', 'run_tests'],
    ['python -m tests keep_odd', 'run_tests'],
    ['make test', 'run_tests'],
    ['./node_modules/.bin/mocha -R dot', 'run_tests'],
    ["sed -i 's/a/b/' x.py", 'edit'],
    ["sed -n '1,20p' x.py", 'view'],
    ["grep -rl foo . | xargs sed -i 's/foo/bar/'", 'edit'],
    ['git apply fix.patch', 'edit'],
    ['git checkout -- x.py', 'edit'],
    ['echo "x = 1" >> conf.py', 'edit'],
    ['rm repro.py', 'edit'],
    ["cat > repro.py <<'EOF'\nimport x\nEOF", 'create'],
    ["cat > repro.py <<'EOF'\nimport x\nEOF\npython repro.py", 'create'],
    ['echo x | tee new.txt', 'create'],
    ['python repro.py', 'run'],
    ['python -c "import x; print(x.f(1))"', 'run'],
    ['node -e "console.log(1)" | cat', 'run'],
    ['./build.sh', 'run'],
    ['git diff', 'git'],
    ['cd /testbed && git log --oneline | head -3', 'git'],
    ['git grep -n foo', 'search'],
    ['grep -rn "def f" src | head', 'search'],
    ['find . -name "*.py"', 'search'],
    ['cat x.py | grep foo', 'search'],
    ['cat x.py', 'view'],
    ['ls -la && head -50 x.py', 'view'],
    ['cd src', 'other'],
    ['echo done', 'other'],
    ['', 'other'],
  ])('%j is %s', async (command, kind) => {
    expect(await kindOf({ name: 'bash', arguments: { command } })).toBe(kind);
  });
});

test.each([
  ['view', 'view'],
  ['create', 'create'],
  ['str_replace', 'edit'],
  ['insert', 'edit'],
  ['undo_edit', 'edit'],
  ['nonsense', 'other'],
])('the editor’s %s is %s', async (command, kind) => {
  expect(await kindOf({ name: 'str_replace_editor', arguments: { command, path: '/testbed/x' } })).toBe(kind);
});

test('submit is submit, an unknown tool is other', async () => {
  expect(await kindOf({ name: 'submit', arguments: {} })).toBe('submit');
  expect(await kindOf({ name: 'browse', arguments: { command: 'pytest' } })).toBe('other');
});
