// Settings of published runs, by name: defaults that any flag overrides.
import type { TrainOptions } from './options.ts';

type Preset = Partial<Record<TrainOptions['method'], Partial<TrainOptions>>>;

/** SRL's runs (arXiv 2510.25992, section 4 and appendix): up to 30 epochs, of which the checkpoint with the best validation is reported. */
const srlPaper: Preset = {
  sft: { batch: 64, lr: 5e-6, schedule: 'cosine', warmup: 0.3, floor: 0, epochs: 3, validationSize: 0 },
  srl: {
    batch: 512,
    lr: 5e-7,
    schedule: 'constant',
    warmup: 0,
    epochs: 30,
    rollouts: 8,
    temperature: 1,
    klCoef: 0,
    maxGradNorm: 1,
    aggregation: 'grpo',
    scaleRewards: 'group',
    validationSize: 0,
  },
};

/** The paper trains on code and on mathematics with one table of settings. */
export const presets: Record<string, Preset> = { 'paper-swe': srlPaper, 'paper-math': srlPaper };
