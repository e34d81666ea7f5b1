/**
 * The mathematics of the updates.
 *
 * @module stepwright/train
 */
export {
  type AdamwOptions,
  type AdamwState,
  adamw,
  adamwState,
  type ParameterGroup,
} from '../learning/train/math/adamw.ts';
export { type AdvantageOptions, advantages } from '../learning/train/math/advantages.ts';
export { type Clipping, type GrpoBatch, grpoLoss } from '../learning/train/math/grpo-loss.ts';
