// The formats that trajectories can be written in, by name.
import type { Trajectory } from '../../../core/schema/trajectory.ts';
import { toAtif } from './out/atif.ts';
import { toMini } from './out/mini.ts';
import { toOpenai } from './out/openai.ts';
import { toSweSmith } from './out/swe-smith.ts';

export const writers = {
  stepwright: (trajectory: Trajectory): unknown => trajectory,
  atif: toAtif,
  'swe-smith': toSweSmith,
  mini: toMini,
  openai: toOpenai,
};
export type FormatName = keyof typeof writers;
