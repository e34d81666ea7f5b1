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
}

export async function readStepInstances(files: readonly string[]): Promise<StepInstance[]> {
  return (await Promise.all(files.map((file) => readInputRows(file, stepInstanceSchema)))).flat();
}

export function encodeSteps(
  instances: readonly StepInstance[],
  tokenizer: StudentTokenizer,
  limits: { context: number; maxNewTokens: number },
): Steps {
  const all = instances.map(
    (instance): TrainStep => ({
      instance,
      prompt: tokenizer.encodePrompt(instance.prompt),
      answer: tokenizer.encodeAnswer(renderReply(instance.thought, instance.action)),
    }),
  );
  const fitting = all.filter(
    ({ prompt, answer }) => prompt.length + Math.max(answer.length, limits.maxNewTokens) <= limits.context,
  );
  return {
    train: fitting.filter(({ instance }) => instance.split === 'train'),
    heldout: fitting.filter(({ instance }) => instance.split === 'heldout'),
    dropped: all.length - fitting.length,
  };
}

export const nothingToLearn = ({ heldout, dropped }: Steps, context: number): ConfigError =>
  new ConfigError(
    `None of ${heldout.length + dropped} step instances can be trained on: ${dropped} do not fit in ${context} tokens, the others are held out.`,
  );
