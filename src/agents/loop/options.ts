// Options of every command that makes attempts: what the model is shown, and the limits of one attempt.
import { z } from 'zod';
import { real, whole } from '../../core/options/fields.ts';
import { option } from '../../core/options/option.ts';
import { type AttemptLimits, defaultLimits } from './limits.ts';
import { prompts } from './prompts.ts';

export const promptField = (otherwise: string) =>
  option(z.enum(Object.keys(prompts)).default(otherwise), 'instructions for the model', { value: 'name' });

export const stepLimitField = (otherwise: number) =>
  option(whole().default(otherwise), 'maximum steps of one attempt; 0 = no limit');

export const commandFields = {
  commandTimeout: option(
    real().default(defaultLimits.commandTimeoutMs / 1000),
    'maximum seconds of one command in the sandbox; 0 = no limit',
    { value: 's' },
  ),
  observationChars: option(
    whole().default(defaultLimits.observationChars),
    'maximum characters of one observation shown to the model; 0 = no limit',
  ),
};

export interface LimitOptions {
  stepLimit: number;
  commandTimeout: number;
  observationChars: number;
  tokenLimit?: number;
  costLimit?: number;
  timeLimit?: number;
}

/** In this order, since attempts are known again by a hash of it. */
export const limitsOf = (options: LimitOptions): Partial<AttemptLimits> => ({
  steps: options.stepLimit,
  ...(options.tokenLimit !== undefined && { tokens: options.tokenLimit }),
  ...(options.costLimit !== undefined && { costUsd: options.costLimit }),
  ...(options.timeLimit !== undefined && { timeMs: options.timeLimit * 1000 }),
  commandTimeoutMs: options.commandTimeout * 1000,
  observationChars: options.observationChars,
});
