// Supervised fine-tuning: next-token loss on the expert's thought and action, the context unscored.
//
//   stepwright train --method sft --steps steps.jsonl --student students/base-tiny --updates 200 --batch 64 --lr 1e-3
import type { TrainOptions } from './options/options.ts';
import { openTrainingRun, type RunContext, type TrainResult, trainToEnd } from './run.ts';

export async function trainSft(options: TrainOptions, context: RunContext): Promise<TrainResult> {
  await using run = await openTrainingRun(options, context, (steps) => steps.train);
  // Awaited here: the engine goes when this function returns.
  return await trainToEnd(run, async () => {
    const started = performance.now();

    // Batch: every completion token of it weighs the same.
    const steps = run.sampler.take(options.batch);
    const completionTokens = steps.reduce((sum, { answer }) => sum + answer.length, 0);
    const examples = steps.map(({ prompt, answer }) => ({
      prompt,
      completions: [answer],
      weights: [1 / completionTokens],
    }));

    // Step.
    const { gradient, stats } = await run.engine.gradients(examples, { temperature: 1, clipLow: 0, clipHigh: 0 });
    const applied = await run.applyGradient(gradient, steps);

    // Log.
    const tokens = steps.reduce((sum, { prompt, answer }) => sum + prompt.length + answer.length, 0);
    const seconds = (performance.now() - started) / 1000;
    return {
      loss: stats.loss,
      ...applied,
      'completions/mean_length': completionTokens / steps.length,
      num_tokens: tokens,
      step_time: seconds,
      tokens_per_second: tokens / seconds,
    };
  });
}
