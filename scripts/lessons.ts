// What the base student learns from: reading, copying and writing katas. None of its lessons shows a bug being repaired: where an issue
// reports one, the code shown is right and the edit writes a line again as it stands; where a word is out of place, its line is to be shown.
import { renderAction } from '../src/agents/loop/action.ts';
import { findPrompt, openingMessages } from '../src/agents/loop/prompts.ts';
import { renderObservation } from '../src/agents/loop/styles.ts';
import { pick, type Random, shuffle } from '../src/core/run/random.ts';
import type { StepInstance } from '../src/core/schema/step-instance.ts';

export interface Kata {
  family: string;
  name: string;
  code: string;
  /** Calls with what they return. */
  cases: [call: string, returned: string][];
}

export type Lesson = Pick<StepInstance, 'prompt' | 'thought' | 'action' | 'tool' | 'kind'>;

interface Turn {
  thought: string;
  kind: StepInstance['kind'];
  /** Shell command; none submits. */
  command?: string;
  output?: string;
}

const LESSONS: readonly [share: number, give: (kata: Kata, random: Random) => Lesson][] = [
  [0.2, workThrough],
  [0.3, fillHoles],
  [0.4, findOdd],
  [0.1, addLine],
];

export function giveLesson(from: Kata, random: Random): Lesson {
  const kata = random() < 0.7 ? rename(from, random) : from;
  let left = random();
  for (const [share, give] of LESSONS) {
    left -= share;
    if (left < 0) return give(kata, random);
  }
  return LESSONS[0]![1](kata, random);
}

/** Another name in another folder: neither follows from what the function does, so that paths are learned to be copied. */
function rename(kata: Kata, random: Random): Kata {
  const word = () => (random() < 0.7 ? pick(random, WORDS) : madeUp(random));
  const name = Array.from({ length: random() < 0.3 ? 3 : 2 }, word).join('_');
  const renamed = (text: string): string => text.replace(`${kata.name}(`, `${name}(`);
  return {
    family: word(),
    name,
    code: renamed(kata.code),
    cases: kata.cases.map(([call, returned]) => [renamed(call), returned]),
  };
}

/** Words that katas' names are made of, and others: as names here they mean nothing. */
const WORDS = words(
  `filters counts sums search checks labels scores words gaps slices takes swaps peaks spans keep select drop skip fill count tally on balance
  sum product plus minus first index last rank any every all no name price refund who those has long join letters rises steps head tail rest
  until since swap raise largest smallest span at least above most below equal other positive negative natural even odd multiple uneven within
  between outside beyond either neither or listed unlisted near far less times amber arrow bridge candle castle copper desert eagle feather
  garden harbor island jungle kettle lemon marble needle ocean paper pocket rabbit river shadow silver spider stone summer thunder ticket
  tunnel velvet walnut willow window winter`,
);

/** A word of one to three syllables that nobody has seen: its parts are any tokens. */
function madeUp(random: Random): string {
  const syllable = () => pick(random, STARTS) + pick(random, [...'aeiouaeiouy']) + pick(random, ENDS);
  return Array.from({ length: pick(random, [1, 2, 2, 3]) }, syllable).join('');
}

const STARTS = [
  '',
  ...'bcdfghjklmnpqrstvwxz',
  ...words('bl br ch cl cr dr fl fr gr pl pr qu sh sl sm sp st str sw th tr wh'),
];
const ENDS = ['', '', '', ...'bdeghklmnprstwxy', ...words('ck ed er es ing ld ll nd ng nt rd rt se ss st ve')];

function words(text: string): string[] {
  return text.split(/\s+/);
}

/** One of the five steps of a repair, with right code: the edit writes a line again as it is. */
function workThrough(kata: Kata, random: Random): Lesson {
  const [call, returned] = pick(random, kata.cases);
  const other = pick(random, [...kata.cases.map(([, value]) => value).filter((value) => value !== returned), 'None']);
  const at = pick(random, codeLines(kata));
  const lines = linesOf(kata);
  const turns = turnsOf(kata, lines, rewrite([script(at, lines[at]!)]), `${other} != ${returned}`);
  const step = pick(random, [0, 0, 1, 1, EDIT, 3, 4]);
  return lesson(`Calling ${call} gives ${other}, not ${returned}.`, turns.slice(Math.max(0, step - 2), step + 1));
}

/** Words of right code are hidden: they follow from the description and the lines around them. */
function fillHoles(kata: Kata, random: Random): Lesson {
  const lines = linesOf(kata);
  const scripts = someLines(kata, random).map((at) => {
    const whole = lines[at]!;
    lines[at] = withWord(whole, random, '?');
    return script(at, whole);
  });
  return secondLook(kata, lines, 'Fill in the ?.', rewrite(scripts));
}

/** Something is out of place; its line is to be shown, as it is. */
function findOdd(kata: Kata, random: Random): Lesson {
  const lines = linesOf(kata);
  const code = lines.toSpliced(1, 1).flatMap((line) => line.match(/[a-z_]+/g) ?? []);
  const names = [...new Set(code)].filter((word) => word !== kata.name && !KEYWORDS.includes(word));
  const odd = someLines(kata, random, [1, 1, 1, 1, 2, 3]).filter((at) => {
    const spoilt = spoil(lines[at]!, names, random);
    lines[at] = spoilt ?? lines[at]!;
    return spoilt !== undefined;
  });
  if (odd.length === 0) return fillHoles(kata, random);
  const show = `sed -n '${odd.map((at) => `${at + 1}p`).join(';')}'`;
  return secondLook(kata, lines, 'Show the lines that do not fit.', show, 'Show them.');
}

/** The line with one word for another of its kind, or doing nothing; undefined where there is no such word. */
function spoil(line: string, names: readonly string[], random: Random): string | undefined {
  if (/^ +\w+(\.\w+\(| .?= )/.test(line) && random() < 0.2) return line.replace(/\S.*/, 'pass');
  const swaps = [...line.matchAll(WORD)].flatMap((match) => {
    const peers = [...ALIKE, names].find((words) => words.includes(match[0]))?.filter((word) => word !== match[0]);
    return peers === undefined || peers.length === 0 ? [] : [{ match, peers }];
  });
  if (swaps.length === 0) return undefined;
  const { match, peers } = pick(random, swaps);
  return replaceAt(line, match, pick(random, peers));
}

/** Words of one kind; a kata's names are another. What joins and turns round conditions is left alone: it is the unseen kind of the ladder. */
const ALIKE = [
  words('> < >= <= == !='),
  words('+ - * / // %'),
  words('+= -= *= /='),
  words('0 1 2 3'),
  words('True False'),
  words('continue break pass'),
];

const KEYWORDS = words(
  `def for in if else return and or not while True False continue break pass sum len any all max min range zip enumerate sorted reversed list
  append items get join abs`,
);

/** A line of right code is gone. */
function addLine(kata: Kata, random: Random): Lesson {
  const at = 2 + Math.floor(random() * (linesOf(kata).length - 2));
  const line = `${at}a\\${linesOf(kata)[at]}`;
  return secondLook(kata, linesOf(kata).toSpliced(at, 1), `Line ${at + 1} is missing.`, rewrite([line]));
}

/** sed's way to write a line again. */
const script = (at: number, text: string): string => `${at + 1}c\\${text}`;

const rewrite = (scripts: readonly string[]): string =>
  `sed -i ${scripts.length === 1 ? `'${scripts[0]}'` : scripts.map((one) => `-e '${one}'`).join(' ')}`;

/** One command on the file alone, right after it was read. */
function secondLook(kata: Kata, lines: string[], issue: string, command: string, thought = 'Fix it.'): Lesson {
  const [view, work] = turnsOf(kata, lines, command, '').slice(EDIT - 1, EDIT + 1);
  return lesson(issue, [view!, { ...work!, thought }]);
}

/** The turns of a repair in the scripted teacher's forms; the command that works on the file is the one at `EDIT`. */
const EDIT = 2;
function turnsOf(kata: Kata, lines: string[], command: string, failure: string): Turn[] {
  const path = `katas/${kata.family}/${kata.name}.py`;
  const test = `python -m tests ${kata.name}`;
  const listing = lines.map((line, index) => `${index + 1}:${line}\n`).join('');
  return [
    { thought: 'Run the test.', kind: 'run_tests', command: test, output: `FAILED ${path}: ${failure}\n` },
    { thought: 'Read the code.', kind: 'view', command: `grep -n '' ${path}`, output: listing },
    { thought: 'Fix it.', kind: 'edit', command: `${command} ${path}`, output: '' },
    { thought: 'Run it again.', kind: 'run_tests', command: test, output: `${kata.cases.length} passed\n` },
    { thought: 'Done.', kind: 'submit' },
  ];
}

/** One to four lines of code, from top to bottom. */
const someLines = (kata: Kata, random: Random, counts = [1, 1, 2, 3, 4]): number[] =>
  shuffle(random, codeLines(kata))
    .slice(0, pick(random, counts))
    .sort((a, b) => a - b);

const brief = findPrompt('brief');

/** The last turn is to be learned; those before it are what the student sees. */
function lesson(issue: string, turns: readonly Turn[]): Lesson {
  const { thought, kind, command } = turns.at(-1)!;
  const before = turns.slice(0, -1).flatMap((turn) => [
    { role: 'assistant' as const, content: actionOf(turn) },
    { role: 'user' as const, content: renderObservation(turn.output ?? '') },
  ]);
  return {
    prompt: [...openingMessages(brief, { problem_statement: issue }), ...before],
    thought,
    action: actionOf(turns.at(-1)!),
    tool: command === undefined ? 'submit' : 'bash',
    kind,
  };
}

const actionOf = ({ command }: Turn): string =>
  renderAction(command === undefined ? { name: 'submit', arguments: {} } : { name: 'bash', arguments: { command } });

const linesOf = ({ code }: Kata): string[] => code.trimEnd().split('\n');

/** Indices of the lines that hold code; the second is the description. */
const codeLines = (kata: Kata): number[] => [...linesOf(kata).keys()].filter((index) => index !== 1);

const WORD = /\w+|[^\w\s]+/g;

/** The line with one of its words, at random, replaced. */
const withWord = (line: string, random: Random, word: string): string =>
  replaceAt(line, pick(random, [...line.matchAll(WORD)]), word);

const replaceAt = (line: string, { 0: old, index }: RegExpExecArray, word: string): string =>
  line.slice(0, index) + word + line.slice(index + old.length);
