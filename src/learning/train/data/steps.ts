// Step instances as the trainer uses them: tokens of the context and of the expert's turn.
import { renderReply } from '../../../agents/loop/action.ts';
import { readInputRows } from '../../../core/io/input-rows.ts';
import { ConfigError } from '../../../core/schema/errors.ts';
import { type StepInstance, stepInstanceSchema } from '../../../core/schema/step-instance.ts';
import type { StudentTokenizer } from '../../student/checkpoint/tokenizer.ts';

export interface TrainStep {
  instance: StepInstance;
  prompt: number[];
  /** The expert's thought and action, and the end of the turn. */
  answer: number[];
}

export interface Steps {
  train: TrainStep[];
  heldout: TrainStep[];
  /** Too long for the student's context. */
  dropped: number;
  /** Longest answer of the student, in tokens. */
  maxNewTokens: number;
  /** Kept, but the expert's answer is longer than that: no answer of the student can equal it. */
  overlong: number;
  /** So many tokens are enough for 95 % of the experts' answers. */
  p95: number;
}

/** Longest answer where nothing else is asked for and the experts' are not longer. */
const DEFAULT_ANSWER = 96;

export async function readStepInstances(files: readonly string[]): Promise<StepInstance[]> {
  return (await Promise.all(files.map((file) => readInputRows(file, stepInstanceSchema)))).flat();
}

export function encodeSteps(
  instances: readonly StepInstance[],
  tokenizer: StudentTokenizer,
  limits: { context: number; maxNewTokens: number | undefined },
): Steps {
  const all = instances.map(
    (instance): TrainStep => ({
      instance,
      prompt: tokenizer.encodePrompt(instance.prompt),
      answer: tokenizer.encodeAnswer(renderReply(instance.thought, instance.action)),
    }),
  );
  const p95 = percentile95(all.map(({ answer }) => answer.length));
  // Answers that take up most of the context would leave no room for prompts.
  const maxNewTokens = limits.maxNewTokens ?? Math.max(DEFAULT_ANSWER, Math.min(p95, Math.floor(limits.context / 2)));
  const fitting = all.filter(
    ({ prompt, answer }) => prompt.length + Math.max(answer.length, maxNewTokens) <= limits.context,
  );
  return {
    train: fitting.filter(({ instance }) => instance.split === 'train'),
    heldout: fitting.filter(({ instance }) => instance.split === 'heldout'),
    dropped: all.length - fitting.length,
    maxNewTokens,
    overlong: fitting.filter(({ answer }) => answer.length > maxNewTokens).length,
    p95,
  };
}

/** By nearest rank; 0 of nothing. */
function percentile95(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(0.95 * sorted.length) - 1] ?? 0;
}

/** What to warn of before a run whose student cannot write what some experts wrote. */
export const overlongWarning = ({ overlong, maxNewTokens, p95 }: Steps): string | undefined =>
  overlong === 0
    ? undefined
    : `${overlong} experts' answers are longer than --max-new-tokens ${maxNewTokens}: the student is cut off before it can write one like them. ${p95} would be enough for 95 % of all answers.`;

export const nothingToLearn = ({ heldout, dropped }: Steps, context: number): ConfigError =>
  new ConfigError(
    `None of ${heldout.length + dropped} step instances can be trained on: ${dropped} do not fit in ${context} tokens, the others are held out.`,
  );
