/**
 * The step reward and its parts, for a trainer of your own.
 *
 * @module stepwright/reward
 */
export { type ParsedReply, parseAction, renderAction, renderReply } from '../agents/loop/action.ts';
export { type SequenceRatioOptions, sequenceRatio } from '../data/reward/difflib/ratio.ts';
export { checkFormat, type FormatMode } from '../data/reward/format.ts';
export {
  loadSimilarity,
  type Similarity,
  type SimilarityName,
  type SimilarityOptions,
  similarityNames,
} from '../data/reward/similarity/similarity.ts';
export { FORMAT_ERROR_REWARD, type StepReward, type StepRewardOptions, srlReward } from '../data/reward/srl-reward.ts';
export type { ToolFormatName } from '../data/reward/tool-formats.ts';
