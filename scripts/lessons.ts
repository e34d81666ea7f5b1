// What the base student learns from: reading, copying and writing katas. None of its lessons shows a bug being repaired: where an issue
// reports one, the code shown is right and the edit puts a word in the place where it already stands.
import { renderAction } from '../src/agent/action.ts';
import { findPrompt, openingMessages, renderObservation } from '../src/agent/prompts.ts';
import { substitution } from '../src/model/engineer/edits.ts';
import { narrowest } from '../src/model/engineer/narrow.ts';
import { pick, type Random } from '../src/run/random.ts';
import type { StepInstance } from '../src/schema/step-instance.ts';

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
  [0.25, workThrough],
  [0.25, changeWord],
  [0.35, fillHole],
  [0.15, addLine],
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
  const name = Array.from({ length: random() < 0.3 ? 3 : 2 }, () => pick(random, WORDS)).join('_');
  const renamed = (text: string): string => text.replace(`${kata.name}(`, `${name}(`);
  return {
    family: pick(random, WORDS),
    name,
    code: renamed(kata.code),
    cases: kata.cases.map(([call, returned]) => [renamed(call), returned]),
  };
}

const WORDS =
  'amber arrow autumn bakery beacon bridge candle canyon carpet castle cedar circle cloud copper corner cotton desert dollar donkey dragon eagle engine fabric falcon feather finger forest garden ginger glass guitar hammer harbor hazel honey island ivory jacket jungle kettle ladder lemon letter linen lizard marble meadow mirror monkey needle ocean olive orange orchid oyster paper pepper pillow pirate planet pocket rabbit ribbon river saddle salmon shadow silver spider spring stone summer sunset thunder ticket tiger timber tunnel turtle valley velvet violin walnut whale willow window winter zebra'.split(
    ' ',
  );

/** One of the five steps of a repair, with right code: the edit puts a word in its own place. */
function workThrough(kata: Kata, random: Random): Lesson {
  const at = pick(random, codeLines(kata));
  const line = linesOf(kata)[at]!;
  const word = pick(random, wordsOf(line));
  const step = pick(random, [0, 1, 2, 2, 3, 4]);
  return repairStep(kata, random, step, { at, from: line, to: line, word });
}

/** A change that the issue spells out. */
function changeWord(kata: Kata, random: Random): Lesson {
  const at = pick(random, codeLines(kata));
  const from = linesOf(kata)[at]!;
  const to = withWord(from, random, pick(random, wordsOf(pick(random, linesOf(kata).slice(2)))));
  const { old, now } = narrowest(from, to);
  return repairStep(kata, random, EDIT, { at, from, to, issue: `On line ${at + 1} write ${now} for ${old}.` });
}

/** A word of right code is hidden: it follows from the description and the lines around it. */
function fillHole(kata: Kata, random: Random): Lesson {
  const at = pick(random, codeLines(kata));
  const to = linesOf(kata)[at]!;
  return repairStep(kata, random, EDIT, { at, from: withWord(to, random, '?'), to, issue: 'Fill in the ?.' });
}

/** A line of right code is gone. */
function addLine(kata: Kata, random: Random): Lesson {
  const at = 2 + Math.floor(random() * (linesOf(kata).length - 2));
  return repairStep(kata, random, EDIT, { at, to: linesOf(kata)[at]!, issue: `Line ${at + 1} is missing.` });
}

interface Edit {
  /** Index of the line. */
  at: number;
  /** The line as it is shown; none where it is gone. */
  from?: string;
  to: string;
  /** Of a line that stays as it is: the word that is put in its own place. */
  word?: string;
  issue?: string;
}

/** The steps of a repair in the scripted teacher's forms; `step` is the one to be learned. */
const EDIT = 2;
function repairStep(kata: Kata, random: Random, step: number, { at, from, to, word, issue }: Edit): Lesson {
  const [call, returned] = pick(random, kata.cases);
  const other = pick(random, [...kata.cases.map(([, value]) => value).filter((value) => value !== returned), 'None']);
  const lines = from === undefined ? linesOf(kata).toSpliced(at, 1) : linesOf(kata).with(at, from);
  const path = `katas/${kata.family}/${kata.name}.py`;
  const test = `python -m tests ${kata.name}`;
  const listing = lines.map((line, index) => `${index + 1}:${line}\n`).join('');
  const same = word === undefined ? undefined : substitution(word, word);
  const script = from === undefined ? `${at}a\\${to}` : `${at + 1}${same ?? substitution(from, to)}`;
  const turns: Turn[] = [
    { thought: 'Run the test.', kind: 'run_tests', command: test, output: `FAILED ${path}: ${other} != ${returned}\n` },
    { thought: 'Read the code.', kind: 'view', command: `grep -n '' ${path}`, output: listing },
    { thought: 'Fix it.', kind: 'edit', command: `sed -i '${script}' ${path}`, output: '' },
    { thought: 'Run it again.', kind: 'run_tests', command: test, output: `${kata.cases.length} passed\n` },
    { thought: 'Done.', kind: 'submit' },
  ];
  return lesson(issue ?? `${call} gives ${other}, not ${returned}.`, turns.slice(Math.max(0, step - 2), step + 1));
}

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

const wordsOf = (line: string): string[] => line.match(/\w+|[^\w\s]+/g) ?? [];

/** The line with one of its words, at random, replaced. */
function withWord(line: string, random: Random, word: string): string {
  const { 0: old, index } = pick(random, [...line.matchAll(/\w+|[^\w\s]+/g)]);
  return line.slice(0, index) + word + line.slice(index + old.length);
}
