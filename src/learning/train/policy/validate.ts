// Validation: one greedy answer to each of some held-out steps, judged by the step reward.
import { z } from 'zod';
import type { StudentTokenizer } from '../../student/checkpoint/tokenizer.ts';
import type { TrainStep } from '../data/steps.ts';
import { mean } from '../math/advantages.ts';
import type { Engine } from '../parallel/engine.ts';

/** The step reward as the trainer is handed it: a reply and the expert's action in, a number out. */
export type StepRewardFunction = (
  text: string,
  expert: string,
) => { reward: number; formatOk: boolean; similarity: number };

export const validationSchema = z
  .object({
    'eval/reward': z.number(),
    /** Share of answers whose action is exactly the expert's. */
    'eval/exact': z.number(),
    'eval/format_ok': z.number(),
  })
  .catchall(z.number());
export type Validation = z.infer<typeof validationSchema>;

/** An answer of a validation, for people to read. */
export interface Sample {
  id: string;
  text: string;
  expert: string;
  reward: number;
}

export async function validate(
  engine: Engine,
  tokenizer: StudentTokenizer,
  steps: readonly TrainStep[],
  reward: StepRewardFunction,
  maxNewTokens: number,
): Promise<{ validation: Validation; samples: Sample[] }> {
  const answers = await engine.rollouts({
    prompts: steps.map(({ prompt }) => prompt),
    streams: steps.map(({ instance }) => instance.id),
    group: 1,
    maxNewTokens,
    temperature: 0,
    stopTokens: tokenizer.stopTokens,
    tokens: tokenizer.size,
  });
  const judged = steps.map(({ instance: { id, kind, action: expert } }, i) => {
    const text = tokenizer.decode(answers[i]![0]!.tokens, { skipSpecial: true });
    return { id, kind, text, expert, ...reward(text, expert) };
  });
  const exact = (of: typeof judged): number => mean(of.map(({ similarity }) => (similarity === 1 ? 1 : 0)));
  const kinds = [...new Set(judged.map(({ kind }) => kind))].sort();
  const validation: Validation = {
    'eval/reward': mean(judged.map((one) => one.reward)),
    'eval/exact': exact(judged),
    'eval/format_ok': mean(judged.map(({ formatOk }) => (formatOk ? 1 : 0))),
    ...Object.fromEntries(
      kinds.map((kind) => [`eval/exact_${kind}`, exact(judged.filter((one) => one.kind === kind))]),
    ),
  };
  const samples = judged.map(({ id, text, expert, reward: got }): Sample => ({ id, text, expert, reward: got }));
  return { validation, samples };
}

/** A fixed choice, spread over the list; 0 takes all. */
export function evenly<T>(items: readonly T[], count: number): T[] {
  if (count === 0 || items.length <= count) return [...items];
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]!);
}
