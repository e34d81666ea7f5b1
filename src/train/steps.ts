// Step instances as the trainer uses them: tokens of the context and of the expert's turn.
import { renderReply } from '../agent/action.ts';
import { readJsonl } from '../run/jsonl.ts';
import { ConfigError } from '../schema/errors.ts';
import { type StepInstance, stepInstanceSchema } from '../schema/step-instance.ts';
import type { StudentTokenizer } from '../student/tokenizer.ts';

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
  const parts = await Promise.all(
    files.map(async (file) => {
      const rows = await readJsonl(file, stepInstanceSchema);
      if (rows.length === 0)
        throw new ConfigError(`${file}: no step instances in it. Make some with \`stepwright extract\`.`);
      return rows;
    }),
  );
  return parts.flat();
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
  const train = fitting.filter(({ instance }) => instance.split === 'train');
  if (train.length === 0)
    throw new ConfigError(
      `None of ${all.length} step instances can be trained on: ${all.length - fitting.length} do not fit in ${limits.context} tokens, the others are held out.`,
    );
  return {
    train,
    heldout: fitting.filter(({ instance }) => instance.split === 'heldout'),
    dropped: all.length - fitting.length,
  };
}
