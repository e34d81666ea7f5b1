// What envs/<name>/env.yaml says about an image: where its project comes from and how its own tests run.
import { z } from 'zod';

const ladderSchema = z
  .strictObject({
    heldout_families: z.array(z.string()).describe('folders of source files that are never trained on'),
    heldout_kinds: z.array(z.string()).describe('mutation kinds that are never trained on'),
    per_rung: z.number().int().positive().describe('most held-out instances of a generalization level'),
    near_copy: z.number().positive().max(1).describe('similarity from which functions stay on one side'),
  })
  .describe('how `tasks synth` tells apart how new a held-out instance is');

export type Ladder = z.infer<typeof ladderSchema>;

export const environmentSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .describe('folder name and image name'),
  repo: z.string().describe('owner/name of the upstream project'),
  version: z.string(),
  language: z.enum(['python', 'javascript']),
  source: z
    .strictObject({
      registry: z.enum(['npm', 'pypi', 'debian', 'local']),
      package: z.string(),
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .optional()
        .describe('of the fetched archive; absent only for `local`'),
    })
    .describe('where the image build fetches the project from'),
  licence: z.string(),
  test_command: z.string().describe('runs the whole suite in /testbed with a line per test that `log_parser` reads'),
  test_files_command: z.string().describe('the same for some files: `{files}` is replaced by quoted paths'),
  test_paths: z
    .array(z.string())
    .min(1)
    .describe('files and folders the scorer restores after the patch: tests and their configuration'),
  own_tests: z
    .string()
    .optional()
    .describe(
      'test files of one source file, `{name}` being its name; where given, a bug there is judged by them alone',
    ),
  statements: z
    .enum(['report', 'brief'])
    .optional()
    .describe('how `tasks synth` tells a bug: as a user reports it (default), or in one line for a short context'),
  log_parser: z.string(),
  test_timeout_s: z.number().int().positive().default(120),
  ladder: ladderSchema.optional(),
  source_globs: z.array(z.string()).min(1).describe('files that `tasks synth` may mutate'),
});

export type Environment = z.infer<typeof environmentSchema>;

/** Name of the image that is built from an environment's folder. */
export const imageOf = ({ name, version }: Environment): string => `${OURS}${name}:${version}`;

const OURS = 'stepwright/';

/** Whether an image is built from a folder of ours, whose build seals /testbed to one commit. */
export const isOurs = (image: string): boolean => image.startsWith(OURS);
