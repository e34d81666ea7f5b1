// One problem in one repository at one commit. The fields and their meaning are those of a SWE-bench v5 row; `bug_patch` is
// SWE-smith's idea (one image serves many instances: the bug is a patch on the environment's clean repository).
import { z } from 'zod';
import { safeIdSchema } from './safe-id.ts';

/** SWE-bench stores test lists as a JSON string or as a list: both are read, lists are written. */
const testList = z.union(
  [
    z.array(z.string()),
    z.string().transform((text, context) => {
      try {
        return z.array(z.string()).parse(JSON.parse(text));
      } catch {
        context.addIssue({ code: 'custom' });
        return z.NEVER;
      }
    }),
  ],
  { error: 'expected a list of test ids, or one as a JSON string' },
);

export const instanceSchema = z.object({
  instance_id: safeIdSchema.describe('unique id: `<environment>.<kind or name>__<hash>`'),
  repo: z.string().describe('owner/name of the upstream project'),
  version: z.string().describe('release of the upstream project'),
  base_commit: z
    .string()
    .describe("hash of /testbed's only commit once `bug_patch` is in; checked when a sandbox is opened"),
  environment: z.string().describe('folder name under envs/'),
  image: z.string().describe('image reference of the environment'),
  problem_statement: z.string().min(1).describe('what a user would report; never the diff or the line'),
  hints_text: z.string().default(''),
  patch: z.string().describe('gold patch: base_commit → solution'),
  test_patch: z.string().default('').describe('test changes that only the scorer applies'),
  bug_patch: z
    .string()
    .default('')
    .describe("environment's clean repository → base_commit; empty when the bug is upstream's own"),
  FAIL_TO_PASS: testList.describe('ids that fail at base_commit and pass with the gold patch'),
  PASS_TO_PASS: testList.describe('ids that pass in both'),
  FAIL_TO_FAIL: testList
    .optional()
    .describe('ids that fail in both: they explain a non-zero exit code; absent without any'),
  eval_script: z.string().describe('shell body that runs the tests in /testbed; the scorer adds the markers'),
  log_parser: z.string().describe('name of the parser in score/parsers'),
  eval_type: z.enum(['pass_and_fail', 'fail_only']).default('pass_and_fail'),
  split: z.enum(['train', 'heldout']).describe('no function, nor a near-copy of one, is on both sides'),
  datasets: z.array(z.string()).default([]).describe('suites this instance belongs to'),
  metadata: z
    .record(z.string(), z.string())
    .default({})
    .describe(
      'what made it: `function`, `family`, `mutation`, `rung` (generalization level of the held-out katas), `origin` (synth | hand)',
    ),
});

export type Instance = z.infer<typeof instanceSchema>;
