// The line of a build log that says why the build failed.
import { expect, test } from 'vitest';
import { lastRelevantLine } from '../../../../src/world/sandbox/images/build-image.ts';

const FAILURE = "The command '/bin/sh -c x' returned a non-zero code: 1";

test.each([
  [
    'the last line that speaks of trouble',
    'Step 1/2 : FROM x\n ---> abc\ncurl: (60) SSL certificate problem\nSee https://curl.se\n',
    'curl: (60) SSL certificate problem',
  ],
  [
    'the last line said, when none does',
    'Step 1/2 : RUN x\n ---> Running in abc\nhello\nRemoving intermediate container abc\n',
    'hello',
  ],
  ["the engine's word, when nothing was said", 'Step 1/2 : RUN x\n ---> Running in abc\n', FAILURE],
])('%s', (_, log, line) => {
  expect(lastRelevantLine(log, FAILURE)).toBe(line);
});

test('it is one line of bounded length', () => {
  expect(lastRelevantLine(`error ${'x'.repeat(5000)}\n`, FAILURE).length).toBe(300);
});
