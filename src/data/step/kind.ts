// What an action does, in nine words. A bash action with several commands is what its weightiest command is.
import type { ToolCall } from '../../core/schema/message.ts';
import type { StepKind } from '../../core/schema/step-instance.ts';
import { printsSentinel } from '../../core/schema/submit.ts';
import type { Redirection } from './bash/redirections.ts';
import type { SimpleCommand } from './bash.ts';
import { editorCommandKinds, toolKinds } from './tools.ts';

/** Which kind names an action of several: `cat > t.py <<… ; python t.py` creates, `pytest | tail` runs tests. */
const WEIGHT: StepKind[] = ['submit', 'run_tests', 'edit', 'create', 'run', 'git', 'search', 'view', 'other'];

export function kindOfCommands(commands: readonly SimpleCommand[]): StepKind {
  const kinds = commands.map(kindOfCommand);
  return WEIGHT.find((kind) => kinds.includes(kind)) ?? 'other';
}

/** Of every call but those of bash, whose kind is that of their commands. */
export function kindOfTool({ name, arguments: args }: ToolCall): StepKind {
  const kind = toolKinds.get(name.toLowerCase());
  return kind === 'editor' ? (editorCommandKinds.get(String(args.command)) ?? 'other') : (kind ?? 'other');
}

/** Programs, and the commands that SWE-agent 0.7 adds to the shell. */
const KINDS = new Map<string, StepKind>([
  ...ofKind('run_tests', 'pytest py.test tox nox mocha jest vitest tape ava tap c8 nyc'),
  ...ofKind('edit', 'patch rm mv cp ed ex edit'),
  ...ofKind('create', 'touch mkdir tee create'),
  ...ofKind('run', 'python python3 node npm npx yarn pnpm make pip bash sh go cargo'),
  ...ofKind('git', 'git'),
  ...ofKind('search', 'grep egrep fgrep rg ag ack find fd locate find_file search_dir search_file'),
  ...ofKind('view', 'cat head tail less more nl ls tree sed awk wc diff stat file open goto scroll_up scroll_down'),
]);

function kindOfCommand(command: SimpleCommand): StepKind {
  const { name, args } = command;
  if (name === 'submit' || printsSentinel(`${name} ${args[0] ?? ''}`)) return 'submit';
  // What xargs, env and the like run counts, not they themselves.
  const own = WRAPPERS.get(name);
  const inner = own === undefined ? -1 : args.findIndex((arg) => !own.test(arg));
  if (inner !== -1) return kindOfCommand({ ...command, name: args[inner]!, args: args.slice(inner + 1) });
  if (runsTests(name, args)) return 'run_tests';
  if ((name === 'sed' || name === 'perl') && args.some((arg) => /^-\w*i|^--in-place/.test(arg))) return 'edit';
  if (name === 'git' && ['apply', 'checkout', 'restore', 'revert', 'reset'].includes(args[0] ?? '')) return 'edit';
  if (name === 'git' && args[0] === 'grep') return 'search';
  const written = command.redirections.filter(writesFile);
  if (written.length > 0 && name !== '')
    return written.some(({ operator }) => operator.endsWith('>>')) ? 'edit' : 'create';
  return KINDS.get(basename(name)) ?? (isProgram(name) ? 'run' : 'other');
}

/** Output into a file, not into another stream: neither `>&2` nor `> /dev/null`. */
const writesFile = ({ operator, fd = 1, target }: Redirection): boolean =>
  fd === 1 && /^(&?>>?|>\|)$/.test(operator) && !target.startsWith('/dev/');

/** Arguments of their own that stand before the command they run. */
const WRAPPERS = new Map([
  ['xargs', /^-/],
  ['env', /^-|=/],
  ['time', /^-/],
  ['timeout', /^-|^\d+[smh]?$/],
  ['nice', /^-|^\d+$/],
  ['sudo', /^-/],
]);

function runsTests(name: string, args: string[]): boolean {
  const [first = '', second = ''] = args;
  switch (basename(name)) {
    case 'python':
    case 'python3':
      return (
        (first === '-m' && /^(pytest|unittest|nose2?|tests?)$/.test(second)) ||
        args.some(isTestFile) ||
        args.includes('test')
      );
    case 'node':
      return args.includes('--test') || args.some(isTestFile);
    case 'npx':
      return isTestRunner(first);
    case 'npm':
    case 'yarn':
    case 'pnpm':
      return /^(t|test.*)$/.test(first) || (/^run/.test(first) && /^test/.test(second)) || isTestRunner(first);
    case 'make':
      return args.some((arg) => /^(test|check)/.test(arg));
    case 'go':
    case 'cargo':
      return first === 'test';
    default:
      return isTestRunner(basename(name)) || /^(run)?_?tests?(\.\w+)?$/.test(basename(name));
  }
}

const isTestRunner = (name: string): boolean => KINDS.get(name) === 'run_tests';
const isTestFile = (arg: string): boolean => /(^|\/)(test_[^/]*|[^/]*[._-]test)\.(py|[cm]?[jt]s)$/.test(arg);
const isProgram = (name: string): boolean => name.includes('/');
const basename = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

function ofKind(kind: StepKind, names: string): [string, StepKind][] {
  return names.split(' ').map((name) => [name, kind]);
}
