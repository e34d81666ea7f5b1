// Rewards on stdout, those of a file, or the address of a server that gives them.
import { once } from 'node:events';
import { placeText } from '../core/io/rows.ts';
import { interruptSignal } from '../core/run/interrupt.ts';
import { printable } from '../core/run/printable.ts';
import { readPairs } from '../data/reward/read-pairs.ts';
import type { Scorer } from '../data/reward/scorer.ts';
import { serveHttp } from '../data/reward/serve/http.ts';
import { EXIT, printJson } from './output.ts';

/** A line for each pair. Rows that are no pairs are reported on stderr; resolves with how many there are. */
export async function scoreFile(scorer: Scorer, file: string): Promise<number> {
  let bad = 0;
  await scorer.score(readPairs(file), async (outcomes) => {
    const lines = outcomes.filter((scored) => typeof scored === 'string');
    for (const scored of outcomes) {
      if (typeof scored === 'string') continue;
      const byte = scored.index === undefined ? ` (byte ${scored.byteOffset})` : '';
      process.stderr.write(`${printable(`${placeText(scored)}${byte}: ${scored.why}`)}\n`);
      bad++;
    }
    if (lines.length > 0 && !process.stdout.write(`${lines.join('\n')}\n`)) await once(process.stdout, 'drain');
  });
  if (bad > 0) process.stderr.write(`rows without a reward: ${bad}\n`);
  return bad;
}

export async function serveUntilInterrupted(scorer: Scorer, port: number): Promise<void> {
  const signal = interruptSignal();
  await using server = await serveHttp(scorer, port);
  printJson({ url: server.url });
  if (!signal.aborted) await once(signal, 'abort');
  process.exitCode = EXIT.interrupted;
}
