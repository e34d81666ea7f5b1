// What the scorer says of one prediction, and SWE-bench's prediction row.
import { z } from 'zod';

export const testStatuses = ['PASSED', 'FAILED', 'SKIPPED', 'ERROR', 'XFAIL'] as const;
export const testStatusSchema = z.enum(testStatuses);
export type TestStatus = z.infer<typeof testStatusSchema>;
/** Status of every test that a log names. */
export type TestStatusMap = Record<string, TestStatus>;

export const predictionSchema = z.object({
  instance_id: z.string(),
  model_name_or_path: z.string(),
  model_patch: z.string().nullable(),
});
export type Prediction = z.infer<typeof predictionSchema>;

const bucketSchema = z.object({ success: z.array(z.string()), failure: z.array(z.string()) });

/** `completed` is the only outcome that says something about the patch's quality; the others are told apart from it. */
export const outcomes = [
  'completed',
  'empty_patch',
  'patch_failed',
  'timed_out',
  'out_of_memory',
  'disk_full',
  'invalid_log',
  'infra_failure',
] as const;

export const verdictSchema = z.object({
  instance_id: z.string(),
  outcome: z.enum(outcomes),
  resolved: z.boolean(),
  reason: z.string().default('').describe('why the outcome is not `completed`'),
  removed: z
    .array(z.string())
    .optional()
    .describe('files that the patch added and that steer tests: taken away before the tests ran'),
  tests_status: z.object({ FAIL_TO_PASS: bucketSchema, PASS_TO_PASS: bucketSchema }).optional(),
  duration_ms: z.number().nonnegative(),
  cache_key: z.string().describe('sha256 of patch, image, bug and eval script'),
});
export type Verdict = z.infer<typeof verdictSchema>;
