// Scripts of plain words and quotes between `&&`, `;` and `|`: most of what agents write, and the grammar takes a hundred times as long for
// them. Reads just what the grammar reads (the tests hold one against the other), or nothing where it is not sure.
import type { ByteRange } from './byte-range.ts';
import type { SimpleCommand } from './commands.ts';
import { changeDirectory, type Shell } from './directory.ts';
import type { Redirection } from './redirections.ts';
import type { Range } from './units.ts';
import { IN_QUOTES, removeBackslashes, type Word } from './words.ts';

export interface PlainScript {
  commands: SimpleCommand[];
  units: Range[];
}

export function readPlainScript(
  script: string,
  bytesOf: (start: number, end: number) => ByteRange,
  cwd: string | undefined,
): PlainScript | undefined {
  const pipelines = splitPlain(script);
  if (pipelines === undefined) return undefined;
  const shell: Shell = { cwd };
  const commands = pipelines.flatMap((members) => {
    const { cwd } = shell;
    if (members.length === 1) changeDirectory(shell, members[0]!.words);
    return members.map(
      ({ range: [start, end], words: [name, ...args], redirections }): SimpleCommand => ({
        name: name!.text,
        args: args.map(({ text }) => text),
        assignments: [],
        text: script.slice(start, end),
        bytes: bytesOf(start, end),
        redirections,
        within: members.length > 1 ? ['pipeline'] : [],
        ...(cwd !== undefined && { cwd }),
      }),
    );
  });
  return { commands, units: pipelines.map((members) => [members[0]!.range[0], members.at(-1)!.end]) };
}

interface PlainCommand {
  /** Of its words. */
  range: Range;
  words: Word[];
  redirections: Redirection[];
  /** Behind its redirections. */
  end: number;
}

/** Space; an operator; a redirection of errors; a word. */
const TOKEN =
  /(?:[ \t]+|\n+$)|(&&|;|\|(?!\|))|2>(&1|\/dev\/null)(?=[ \t\n;|&]|$)|((?:[\w./:,@%+=^*-]|'[^']*'|"(?:[^"$`\\]|\\.)*")+)/y;
/** A first word that is nothing but a name. */
const NAME = /^[A-Za-z_./][\w./-]*$/;
/** First words that open a construct, or whose operands the grammar reads in a way of its own. */
const SPECIAL =
  /^(?:if|then|elif|else|fi|for|while|until|select|do|done|case|esac|in|function|declare|typeset|export|readonly|local|unset|unsetenv)$/;

function splitPlain(script: string): PlainCommand[][] | undefined {
  const pipelines: PlainCommand[][] = [];
  let before = ';';
  let command: PlainCommand | undefined;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < script.length) {
    const start = TOKEN.lastIndex;
    const token = TOKEN.exec(script);
    if (token === null) return undefined;
    const [, operator, errors, word] = token;
    const end = TOKEN.lastIndex;
    if (operator !== undefined) {
      if (command === undefined) return undefined;
      command = undefined;
      before = operator;
    } else if (errors !== undefined) {
      if (command === undefined) return undefined;
      command.redirections.push(redirectErrors(errors));
      command.end = end;
    } else if (word !== undefined) {
      if (command === undefined) {
        if (!NAME.test(word) || SPECIAL.test(word)) return undefined;
        command = { range: [start, end], words: [], redirections: [], end };
        if (before === '|') pipelines.at(-1)!.push(command);
        else pipelines.push([command]);
      }
      if (command.redirections.length > 0 || word.startsWith('=')) return undefined;
      command.words.push(readPlainWord(word));
      command.range[1] = end;
      command.end = end;
    }
  }
  return command === undefined && before !== ';' ? undefined : pipelines;
}

const redirectErrors = (to: string): Redirection =>
  to === '&1' ? { operator: '>&', fd: 2, target: '1' } : { operator: '>', fd: 2, target: to };

const readPlainWord = (word: string): Word =>
  /['"]/.test(word)
    ? { text: word.replace(QUOTED, withoutQuotes), literal: isLiteral(word.replace(QUOTED, '')) }
    : { text: word, literal: isLiteral(word) };

const withoutQuotes = (_: string, single: string | undefined, double: string | undefined): string =>
  single ?? removeBackslashes(double!, IN_QUOTES);

const isLiteral = (unquoted: string): boolean => !/[*?]/.test(unquoted);

const QUOTED = /'([^']*)'|"((?:[^"\\]|\\.)*)"/g;
