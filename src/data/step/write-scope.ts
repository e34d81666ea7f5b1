// How far a script may have written: nowhere, to files that it names, or anywhere. For checks that must not blame a file for what a
// script may have done to it; where in doubt, the farther.
import { loadBash, type SimpleCommand } from './bash.ts';
import { kindOfCommands } from './kind.ts';

/** Nowhere, to files that it names, or anywhere. */
export type WriteScope = 'none' | 'named' | 'any';

/** A program that is run, python or a test runner, is taken to write only where it, or a text that it is given, says. */
export async function writeScopeOf(script: string): Promise<WriteScope> {
  const { parsed, commands } = (await loadBash())(script);
  if (!parsed) return 'any';
  const scopes = commands.map(writeScopeOfCommand);
  return (['any', 'named'] as const).find((scope) => scopes.includes(scope)) ?? 'none';
}

const WRITES_NOTHING = new Set(
  (
    'cd echo printf export pwd true false : test [ [[ sleep which type command set unset exit return local read shift declare ' +
    'basename dirname realpath date cut tr sort uniq column seq env id whoami uname ps kill history md5sum sha256sum cmp comm'
  ).split(' '),
);
const RUNNERS = new Set(['python', 'python3', 'node', 'pip', 'pip3', 'bash', 'sh', 'ruby', 'go', 'cargo']);
const GIT_LOOKS = new Set(
  'status diff log show blame grep branch rev-parse ls-files add commit config remote describe shortlog'.split(' '),
);

function writeScopeOfCommand(command: SimpleCommand): WriteScope {
  const { name, redirections } = command;
  const least: WriteScope = redirections.some(isIntoFile) ? 'named' : 'none';
  if (name === '' || WRITES_NOTHING.has(name)) return least;
  const inner = innerCommand(command);
  if (inner !== undefined) return writeScopeOfCommand(inner) === 'none' ? least : 'any';
  switch (kindOfCommands([{ ...command, redirections: [] }])) {
    case 'view':
    case 'search':
    case 'run_tests':
      return least;
    case 'git':
      return GIT_LOOKS.has(command.args.find((arg) => !arg.startsWith('-')) ?? '') ? least : 'any';
    case 'create':
      return 'named';
    case 'edit':
      return writeScopeOfEdit(command);
    case 'run':
      return RUNNERS.has(name) ? 'named' : 'any';
    default:
      return 'any';
  }
}

const isIntoFile = ({ operator, target }: SimpleCommand['redirections'][number]): boolean =>
  operator.includes('>') && !/^(?:\d+|-|\/dev\/\w+)$/.test(target);

/** What xargs and find run, on files that nobody names. */
function innerCommand({ name, args, ...rest }: SimpleCommand): SimpleCommand | undefined {
  if (name === 'find' && args.some((arg) => /^-(?:delete|fprintf?0?|fls)$/.test(arg)))
    return { ...rest, name: 'rm', args };
  const before = name === 'xargs' ? args.findIndex((arg) => !XARGS_OPTION.test(arg)) - 1 : args.findIndex(isExec);
  const isRun = name === 'xargs' || (name === 'find' && before >= 0);
  return isRun
    ? { ...rest, redirections: [], name: args[before + 1] ?? 'echo', args: args.slice(before + 2) }
    : undefined;
}

/** Or the value of one: `-I {}`, `-n 1`. */
const XARGS_OPTION = /^(?:-.*|\{\}|\d+)$/;
const isExec = (arg: string): boolean => /^-(?:exec|ok)(?:dir)?$/.test(arg);

/** A patch names its files. The program of sed and perl may hold any character; their files stand last. */
function writeScopeOfEdit({ name, args }: SimpleCommand): WriteScope {
  if (name === 'patch') return 'named';
  if (name === 'git')
    return args[0] === 'apply' || (args[0] === 'checkout' && args[1] === '--' && !args.some(isOpenEnded))
      ? 'named'
      : 'any';
  if (name === 'sed' || name === 'perl') return isOpenEnded(args.at(-1) ?? '') ? 'any' : 'named';
  return args.some((arg) => /^-\w*[rR]/.test(arg) || isOpenEnded(arg)) ? 'any' : 'named';
}

/** By pattern or variable, or a folder with all that it holds. */
const isOpenEnded = (file: string): boolean => /[*?$[{`]|^\.{1,2}\/?$|\/$/.test(file);
