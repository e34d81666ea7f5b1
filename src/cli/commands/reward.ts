// `reward`: pairs → rewards, one JSON line a pair, in order; from a file, or served to a trainer.
import { once } from 'node:events';
import { z } from 'zod';
import { placeText } from '../../core/io/rows.ts';
import { onOff, whole } from '../../core/options/fields.ts';
import { option } from '../../core/options/option.ts';
import { file } from '../../core/options/vocabulary.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { printable } from '../../core/run/printable.ts';
import { ConfigError } from '../../core/schema/errors.ts';
import { readPairs } from '../../data/reward/read-pairs.ts';
import { openScorer, type Scorer } from '../../data/reward/scorer.ts';
import { serveHttp } from '../../data/reward/serve/http.ts';
import { serveStdio } from '../../data/reward/serve/stdio.ts';
import { similarityNames } from '../../data/reward/similarity/similarity.ts';
import { type ToolFormatName, toolFormats } from '../../data/reward/tool-formats.ts';
import { defineCommand } from '../options/command.ts';
import { EXIT, printJson } from '../output.ts';

const schema = z
  .object({
    pairs: file(
      'file of {a, b} (model action, expert action) or {text, expert}: JSON lines, a list or Parquet; gzip and zstd too',
    ),
    serve: option(
      z.enum(['http', 'stdio']).optional(),
      'answer lines of pairs instead: over HTTP on loopback, or on stdin and stdout',
      { value: 'how', preset: 'http' },
    ),
    port: option(whole({ max: 65_535 }).default(0), 'port of --serve http; 0 = any free one'),
    format: option(z.enum(['strict', 'lenient']).default('strict'), 'how exactly `text` must have the format', {
      value: 'mode',
    }),
    toolFormat: option(
      z.enum(Object.keys(toolFormats) as [ToolFormatName, ...ToolFormatName[]]).default('function_xml'),
      'how an action is written in `text`',
      { value: 'name' },
    ),
    similarity: option(
      z.enum(similarityNames).default('difflib'),
      'similarity measure; others than difflib are for study',
      {
        value: 'name',
      },
    ),
    autojunk: option(onOff.default(true), "switch difflib's autojunk off"),
    workers: option(whole().optional(), 'worker threads; 0 = none', { shownDefault: 'one a core' }),
    json: option(onOff, 'no effect: the output is JSON lines in any case'),
  })
  .refine(({ pairs, serve }) => pairs === undefined || serve === undefined, {
    path: ['serve'],
    message: 'give either --serve or --pairs',
  });

export const rewardCommand = defineCommand({
  name: 'reward',
  about: 'Computes the step reward of pairs of actions: of a file, or as a server for a trainer.',
  options: schema,
  help: 'engines/stepwright_reward.py is a client for Python.',
  examples: [
    'stepwright reward --pairs rollouts.jsonl > rewards.jsonl',
    'stepwright reward --serve --port 8717',
    'curl --data-binary @rollouts.jsonl http://127.0.0.1:8717/rewards',
  ],
  run,
});

async function run({ pairs, serve, port, json: _, workers, ...options }: z.output<typeof schema>): Promise<void> {
  if (pairs === undefined && serve === undefined)
    throw new ConfigError('Nothing to reward: give --pairs FILE, or --serve.');
  await using scorer = await openScorer({ ...options, ...(workers !== undefined && { workers }) });
  if (pairs !== undefined) await scoreFile(scorer, pairs);
  else if (serve === 'stdio') await serveStdio(scorer, process.stdin, process.stdout);
  else await serveUntilInterrupted(scorer, port);
}

async function scoreFile(scorer: Scorer, file: string): Promise<void> {
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
  if (bad === 0) return;
  process.stderr.write(`rows without a reward: ${bad}\n`);
  process.exitCode = EXIT.someFailed;
}

async function serveUntilInterrupted(scorer: Scorer, port: number): Promise<void> {
  const signal = interruptSignal();
  await using server = await serveHttp(scorer, port);
  printJson({ url: server.url });
  if (!signal.aborted) await once(signal, 'abort');
  process.exitCode = EXIT.interrupted;
}
