// `reward`: pairs → rewards, one JSON line a pair, in order; from a file, or served to a trainer.
import { once } from 'node:events';
import { Command, Option } from 'commander';
import { placeText } from '../../core/io/rows.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { printable } from '../../core/run/printable.ts';
import { ConfigError } from '../../core/schema/errors.ts';
import type { FormatMode } from '../../data/reward/format.ts';
import { readPairs } from '../../data/reward/read-pairs.ts';
import { openScorer, type Scorer } from '../../data/reward/scorer.ts';
import { serveHttp } from '../../data/reward/serve/http.ts';
import { serveStdio } from '../../data/reward/serve/stdio.ts';
import { type SimilarityName, similarityNames } from '../../data/reward/similarity/similarity.ts';
import { type ToolFormatName, toolFormats } from '../../data/reward/tool-formats.ts';
import { wholeNumber } from '../options/selection.ts';
import { EXIT, printJson } from '../output.ts';

interface Options {
  pairs?: string;
  serve?: 'http' | 'stdio';
  port: number;
  format: FormatMode;
  toolFormat: ToolFormatName;
  similarity: SimilarityName;
  autojunk: boolean;
  workers?: number;
}

export function rewardCommand(): Command {
  return new Command('reward')
    .option('--pairs <file>', 'JSONL (.gz, .zst too) of {a, b} (model action, expert action) or {text, expert}')
    .addOption(
      new Option('--serve [how]', 'answer lines of pairs: over HTTP on loopback, or on stdin and stdout')
        .choices(['http', 'stdio'])
        .preset('http')
        .conflicts('pairs'),
    )
    .option('--port <n>', 'of --serve http; 0 = any that is free', wholeNumber, 0)
    .addOption(new Option('--format <mode>', 'of `text`').choices(['strict', 'lenient']).default('strict'))
    .addOption(
      new Option('--tool-format <name>', 'how an action is written in `text`')
        .choices(Object.keys(toolFormats))
        .default('function_xml'),
    )
    .addOption(
      new Option('--similarity <name>', 'for study: the reward is difflib').choices(similarityNames).default('difflib'),
    )
    .option('--no-autojunk', "switch difflib's autojunk off")
    .option('--workers <n>', 'threads; 0 = none beside this one (default: one a core)', wholeNumber)
    .option('--json', 'accepted for uniformity: the output is JSON lines anyway')
    .addHelpText(
      'after',
      `
Examples:
  stepwright reward --pairs rollouts.jsonl > rewards.jsonl
  stepwright reward --serve --port 8717
  curl --data-binary @rollouts.jsonl http://127.0.0.1:8717/rewards
engines/stepwright_reward.py is a client for Python.`,
    )
    .action(run);
}

async function run({ pairs, serve, port, ...options }: Options): Promise<void> {
  if (pairs === undefined && serve === undefined)
    throw new ConfigError('Nothing to reward: give --pairs FILE, or --serve.');
  await using scorer = await openScorer(options);
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
