import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createReporter } from '../../../src/core/run/reporter.ts';

function stream(isTTY: boolean) {
  let text = '';
  const sink = new Writable({
    write(chunk, _encoding, done) {
      text += chunk;
      done();
    },
  });
  Object.assign(sink, { isTTY, columns: 40 });
  return { sink: sink as unknown as NodeJS.WriteStream, text: () => text };
}

describe('reporters', () => {
  test('plain: stages and the last progress line are printed, the ones between are throttled', () => {
    const { sink, text } = stream(false);
    const emit = createReporter({ stream: sink });
    emit({ type: 'stage', name: 'replay', total: 300 });
    for (let done = 1; done <= 300; done++) emit({ type: 'progress', done, total: 300 });
    expect(text().split('\n').slice(0, -1)).toEqual(['▸ replay (300)', '  300/300']);
  });

  test('terminal: a progress line is rewritten in place and fits the width', () => {
    const { sink, text } = stream(true);
    const emit = createReporter({ stream: sink });
    emit({ type: 'progress', done: 1, total: 2, text: 'x'.repeat(100) });
    emit({ type: 'progress', done: 2, total: 2 });
    const [first, second] = text().split('\r\x1b[2K');
    expect(first!.length).toBe(39);
    expect(second).toBe('  2/2\n');
  });

  test.each([true, false])('on a terminal or not (%s), text of events does not steer it', (isTTY) => {
    const { sink, text } = stream(isTTY);
    const emit = createReporter({ stream: sink });
    emit({ type: 'warn', text: 'the patch \x1b]0;owned\x07\x1b]52;c;cm0=\x07\x1b[2J' });
    emit({ type: 'progress', done: 1, total: 1, text: 'a\nb\x9b2J' });
    const shown = stripVTControlCharacters(text().replaceAll('\r\x1b[2K', ''));
    expect(shown).toBe(String.raw`! the patch \u001b]0;owned\u0007\u001b]52;c;cm0=\u0007\u001b[2J
  1/1 a\u000ab\u009b2J
`);
  });

  test('json: every event is a line', () => {
    const { sink, text } = stream(false);
    createReporter({ json: true, stream: sink })({ type: 'warn', text: 'disk is short' });
    expect(JSON.parse(text())).toEqual({ type: 'warn', text: 'disk is short' });
  });
});
