// Reporters: human lines on stderr (a rewritten line on a terminal, a line at most every few seconds elsewhere), or JSON lines.
import { styleText } from 'node:util';
import type { Emit, RunEvent } from './events.ts';
import { printable, printableJson } from './printable.ts';

const PLAIN_EVERY_MS = 5000;

export function createReporter(options: { json?: boolean | undefined; stream?: NodeJS.WriteStream } = {}): Emit {
  const stream = options.stream ?? process.stderr;
  if (options.json) return (event) => void stream.write(`${printableJson(event)}\n`);
  return stream.isTTY ? ttyReporter(stream) : plainReporter(stream);
}

function plainReporter(stream: NodeJS.WriteStream): Emit {
  let last = Number.NEGATIVE_INFINITY;
  return (event) => {
    const now = performance.now(); // a clock that nobody sets
    const finished = event.type === 'progress' && event.done === event.total;
    if (event.type === 'progress' && !finished && now - last < PLAIN_EVERY_MS) return;
    last = now;
    stream.write(`${printable(lineOf(event))}\n`);
  };
}

function ttyReporter(stream: NodeJS.WriteStream): Emit {
  let open = false;
  return (event) => {
    if (open) stream.write('\r\x1b[2K');
    const line = printable(lineOf(event));
    open = event.type === 'progress' && event.done < event.total;
    stream.write(open ? line.slice(0, stream.columns - 1) : `${styled(event, line)}\n`);
  };
}

function styled(event: RunEvent, line: string): string {
  if (event.type === 'stage') return styleText('bold', line);
  return event.type === 'warn' ? styleText('yellow', line) : line;
}

function lineOf(event: RunEvent): string {
  switch (event.type) {
    case 'stage':
      return `▸ ${event.name}${event.total === undefined ? '' : ` (${event.total})`}`;
    case 'progress':
      return `  ${event.done}/${event.total}${event.text ? ` ${event.text}` : ''}`;
    case 'note':
      return `  ${event.text}`;
    case 'warn':
      return `! ${event.text}`;
    default:
      return event satisfies never;
  }
}
