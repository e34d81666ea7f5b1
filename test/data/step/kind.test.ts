import { describe, expect, test } from 'vitest';
import type { ToolCall } from '../../../src/core/schema/message.ts';
import { stepSchema } from '../../../src/core/schema/trajectory.ts';
import { readActions } from '../../../src/data/step/actions.ts';
import { loadBash } from '../../../src/data/step/bash.ts';

const parse = await loadBash();
const kindOf = (tool_call: ToolCall) =>
  readActions(stepSchema.parse({ thought: '', action: '', tool_call }), 'call', parse).kind;

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
    ['echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT && git add -A && git diff --cached', 'submit'],
    ['open src/a.py 1474', 'view'],
    ['search_dir "def f" src', 'search'],
    ['create a.py', 'create'],
    ['cd src', 'other'],
    ['echo done', 'other'],
    ['', 'other'],
  ])('%j is %s', (command, kind) => {
    expect(kindOf({ name: 'bash', arguments: { command } })).toBe(kind);
  });
});

test.each([
  ['view', 'view'],
  ['create', 'create'],
  ['str_replace', 'edit'],
  ['insert', 'edit'],
  ['undo_edit', 'edit'],
  ['nonsense', 'other'],
])('the editor’s %s is %s', (command, kind) => {
  expect(kindOf({ name: 'str_replace_editor', arguments: { command, path: '/testbed/x' } })).toBe(kind);
});

test.each<[string, Record<string, unknown>, string]>([
  ['execute_bash', { command: 'pytest' }, 'run_tests'],
  ['execute_bash', { cmd: 'grep -n x a.py' }, 'search'],
  ['run_shell_command', { command: 'ls' }, 'view'],
  ['file_editor', { command: 'create', path: 'x' }, 'create'],
  ['finish', {}, 'submit'],
  ['open', { path: 'a.py' }, 'view'],
  ['find_file', { name: 'a.py' }, 'search'],
  ['edit', { text: 'x' }, 'edit'],
  ['Read', { file_path: 'a.py' }, 'view'],
  ['MultiEdit', {}, 'edit'],
])('%s, a tool of another agent, with %j is %s', (name, args, kind) => {
  expect(kindOf({ name, arguments: args })).toBe(kind);
});

test('submit is submit, an unknown tool is other', () => {
  expect(kindOf({ name: 'submit', arguments: {} })).toBe('submit');
  expect(kindOf({ name: 'browse', arguments: { command: 'pytest' } })).toBe('other');
});
