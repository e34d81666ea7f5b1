// `reward`: pairs → rewards, one JSON line a pair, in order.
import { existsSync } from 'node:fs';
import { Command, Option } from 'commander';
import type { FormatMode } from '../reward/format.ts';
import { pairReward, pairSchema } from '../reward/pairs.ts';
import { readJsonl } from '../run/jsonl.ts';
import { ConfigError } from '../schema/errors.ts';
import { printJson } from './output.ts';

interface Options {
  pairs: string;
  format: FormatMode;
  autojunk: boolean;
}

export function rewardCommand(): Command {
  return new Command('reward')
    .requiredOption('--pairs <file>', 'JSONL (.gz too) of {a, b} (model action, expert action) or {text, expert}')
    .addOption(new Option('--format <mode>', 'of `text`').choices(['strict', 'lenient']).default('strict'))
    .option('--no-autojunk', "switch difflib's autojunk off")
    .option('--json', 'accepted for uniformity: the output is JSON lines anyway')
    .addHelpText('after', '\nExample:\n  stepwright reward --pairs rollouts.jsonl > rewards.jsonl')
    .action(async ({ pairs: file, format, autojunk }: Options) => {
      if (!existsSync(file)) throw new ConfigError(`--pairs ${file}: no such file. Give a JSONL file.`);
      for (const pair of await readJsonl(file, pairSchema)) printJson(pairReward(pair, { format, autojunk }));
    });
}
