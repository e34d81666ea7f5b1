// How the expert runs tests: the failing ones before and after, sometimes the whole suite.
import { pick, type Random } from '../../../core/run/random.ts';
import type { Policy } from '../scripted.ts';
import { bash, quote } from './edits.ts';
import { type ExpertTask, testParts } from './task.ts';

const MAX_TESTS = 3;

export function* runFailingTests(task: ExpertTask, random: Random, when: 'before' | 'after'): Policy {
  const [test] = task.failingTests;
  const thoughts = {
    before: [
      test === undefined
        ? 'Does any of the existing tests show it?'
        : `I want to see it fail first. \`${testParts(test).name}\` should show it.`,
      'I run the tests that have to do with this, to see the failure for myself.',
    ],
    after: ['Now the same tests again.', 'I check that the failure is gone.'],
  };
  yield { thought: pick(random, thoughts[when]), call: bash(failingTestsCommand(task, when)) };
  if (when === 'before' && test !== undefined && random() < 0.5) yield* readTest(test, random);
}

export function* runSuite(task: ExpertTask, random: Random): Policy {
  yield {
    thought: pick(random, ['I run everything, to be sure that nothing else broke.', 'And the whole suite once.']),
    call: bash(`${task.testAll} 2>&1 | tail -n ${pick(random, [5, 8, 10])}`),
  };
}

/** Ids that name their file are run alone; others only show in the whole suite's output (JavaScript's is TAP). */
function failingTestsCommand({ failingTests, testFiles, testAll, language }: ExpertTask, when: 'before' | 'after') {
  const ids = failingTests.slice(0, MAX_TESTS);
  if (ids.length > 0 && ids.every((id) => testParts(id).file !== undefined))
    return `${testFiles.replace('{files}', ids.map(quote).join(' '))} 2>&1 | tail -n 30`;
  if (language === 'python') return `${testAll} 2>&1 | tail -n 30`;
  return when === 'before'
    ? `${testAll} 2>&1 | grep -A 12 '^not ok' | head -n 40`
    : `${testAll} 2>&1 | grep -E '^(not ok|# (tests|pass|fail))'`;
}

function* readTest(id: string, random: Random): Policy {
  const { file, name } = testParts(id);
  const command =
    file === undefined
      ? `grep -rn -A 10 -F ${quote(lastWords(name))} test | head -n 30`
      : `grep -n -A 15 ${quote(`def ${name}`)} ${quote(file)}`;
  const thoughts = ['What does the test expect exactly?', 'I read the test, it says what the behaviour should be.'];
  yield { thought: pick(random, thoughts), call: bash(command) };
}

/** Titles are put together from nested blocks; the last few words are likely to stand in the source as they are. */
const lastWords = (title: string): string => title.split(/\s+/).slice(-3).join(' ');
