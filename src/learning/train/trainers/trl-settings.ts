// A run's options under the names of engines/trl/train_srl.py, which are TRL's where TRL has one.
import { ConfigError } from '../../../core/schema/errors.ts';
import { learningRate } from '../math/schedule.ts';
import type { TrainOptions } from '../options/options.ts';

export const trlMethods: readonly TrainOptions['method'][] = ['srl'];

/** Refuses what TRL would do otherwise than we do, or not at all. */
export function requireSupported(options: TrainOptions): void {
  const { method, klCoef, klEstimator, miniBatches, validateEvery, patience, loraR, loraAdapter } = options;
  const refused: [boolean, string, string][] = [
    [!trlMethods.includes(method), `--method ${method}`, `it runs ${trlMethods}`],
    [klCoef > 0 && klEstimator !== 'k3', `--kl-estimator ${klEstimator}`, 'its KL is k3'],
    [miniBatches > 1, `--mini-batches ${miniBatches}`, 'it makes one step an update'],
    [validateEvery > 0, `--validate-every ${validateEvery}`, 'validate its checkpoint with `stepwright score`'],
    [loraR !== undefined || loraAdapter !== undefined, 'LoRA', 'it trains all weights'],
    [patience > 0, `--patience ${patience}`, 'it does not validate'],
  ];
  for (const [isRefused, option, instead] of refused)
    if (isRefused) throw new ConfigError(`--engine trl: ${option} is not supported: ${instead}.`);
}

export const trlSettings = (options: TrainOptions & { maxNewTokens: number }, updates: number) => ({
  seed: options.seed,
  updates,
  batch: options.batch,
  rollouts: options.rollouts,
  save_every: options.saveEvery,
  max_new_tokens: options.maxNewTokens,
  temperature: options.temperature,
  top_p: options.topP,
  top_k: options.topK,
  format: options.format,
  std_threshold: options.stdThreshold,
  max_rounds: options.maxRounds,
  loss_type: options.aggregation,
  epsilon: options.clipLow,
  epsilon_high: options.clipHigh,
  beta: options.klCoef,
  mask_truncated_completions: options.maskTruncated,
  scale_rewards: options.scaleRewards,
  advantage_ddof: options.advantageDdof,
  advantage_eps: options.advantageEps,
  learning_rates: Array.from({ length: updates }, (_, update) =>
    learningRate(update, updates, options.lr, { ...options, kind: options.schedule }),
  ),
  weight_decay: options.weightDecay,
  adam_beta2: options.beta2,
  max_grad_norm: options.maxGradNorm,
  gradient_checkpointing: options.gradientCheckpointing,
});
