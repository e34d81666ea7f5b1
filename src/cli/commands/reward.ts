// `reward`: pairs → rewards, one JSON line a pair, in order; from a file, or served to a trainer.
import type { z } from 'zod';
import { onOff } from '../../core/options/fields.ts';
import { option } from '../../core/options/option.ts';
import { ConfigError } from '../../core/schema/errors.ts';
import { rewardSchema } from '../../data/reward/options.ts';
import { openScorer } from '../../data/reward/scorer.ts';
import { serveStdio } from '../../data/reward/serve/stdio.ts';
import { defineCommand } from '../options/command.ts';
import { EXIT } from '../output.ts';
import { scoreFile, serveUntilInterrupted } from '../reward-output.ts';

const schema = rewardSchema.safeExtend({
  json: option(onOff, 'no effect: the output is JSON lines in any case'),
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
  if (pairs !== undefined) process.exitCode = (await scoreFile(scorer, pairs)) === 0 ? EXIT.done : EXIT.someFailed;
  else if (serve === 'stdio') await serveStdio(scorer, process.stdin, process.stdout);
  else await serveUntilInterrupted(scorer, port);
}
