// The problem statement of a synthetic bug, told as a user of the project would report it: what was called, what came out, what should
// have. Never the diff, the file, the line or the changed text.
import { createRandom, pick } from '../../core/run/random.ts';
import type { SourceLanguage } from '../../core/syntax/grammar.ts';
import type { Mutation } from './mutate.ts';

/** One failure as a report tells it. */
export interface FailureReport {
  /** Code that shows it. */
  snippet: string;
  message: string;
  expected?: string;
  actual?: string;
}

export interface StatementOptions {
  project: string;
  version: string;
  language: SourceLanguage;
  seed: number | string;
}

const OPENINGS = [
  'With {project} {version} this no longer does what I expect:',
  'I ran into a wrong result with {project} {version}. A small reproduction:',
  'Something seems broken in {project}. This is the smallest example that I could find:',
  'After updating to {project} {version} some of our code started to misbehave. It comes down to this:',
  'Steps to reproduce with {project} {version}:',
  'I think that there is a bug in {project}. Running this',
];
const WRONG = [
  ['It gives', 'but I expected'],
  ['Actual result:', 'Expected result:'],
  ['What I get:', 'What I should get:'],
  ['This comes out as', 'and it should be'],
];
const RAISED = ['It fails with', 'What happens:', 'Instead of passing, it ends with', 'The outcome is'];
const ALSO = ['The same goes for', 'Probably related:', 'This is affected as well:', 'Another case:'];
const CLOSINGS = [
  'Other calls that I tried work fine.',
  'The documentation says otherwise, as far as I can see.',
  'Could you have a look?',
  'It used to work before.',
  'I would be glad about a fix.',
];

export function writeStatement(
  reports: readonly [FailureReport, ...FailureReport[]],
  options: StatementOptions,
): string {
  const random = createRandom(`statement ${options.seed}`);
  const [first, ...more] = reports;
  const opening = pick(random, OPENINGS).replace('{project}', options.project).replace('{version}', options.version);
  const [got, wanted] = pick(random, WRONG) as [string, string];
  const raised = pick(random, RAISED);
  const tell = (report: FailureReport): string[] => [
    fence(report.snippet, options.language),
    ...(report.expected === undefined || report.actual === undefined
      ? [raised, fence(report.message)]
      : [got, fence(report.actual), wanted, fence(report.expected)]),
  ];
  const also = more.flatMap((report) => [pick(random, ALSO), ...tell(report)]);
  return `${[opening, ...tell(first), ...also, pick(random, CLOSINGS)].join('\n\n')}\n`;
}

/** The same in one line. */
export const writeBriefStatement = ({ snippet, message, expected, actual }: FailureReport): string =>
  expected === undefined || actual === undefined
    ? `Calling ${snippet} fails with ${message}.\n`
    : `Calling ${snippet} gives ${actual}, not ${expected}.\n`;

const fence = (text: string, language = ''): string => `\`\`\`${language}\n${text}\n\`\`\``;

/** True when a statement holds the changed lines, clean or mutated: a test may quote the very code that is wrong. */
export function givesAway(statement: string, { before, after }: Pick<Mutation, 'before' | 'after'>): boolean {
  const lines = `${before}\n${after}`.split('\n').map((line) => line.trim());
  return lines.some((line) => line.length >= 8 && statement.includes(line));
}
