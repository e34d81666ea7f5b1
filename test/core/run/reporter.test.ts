import { Writable } from 'node:stream';
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

  test('json: every event is a line', () => {
    const { sink, text } = stream(false);
    createReporter({ json: true, stream: sink })({ type: 'warn', text: 'disk is short' });
    expect(JSON.parse(text())).toEqual({ type: 'warn', text: 'disk is short' });
  });
});
