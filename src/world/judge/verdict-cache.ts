// Verdicts by content: the same patch on the same bug, image, tests and lists is judged once, whoever made it and under any run id.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { readJsonOr, writeJson } from '../../core/run/files.ts';
import type { Environment } from '../../core/schema/environment.ts';
import type { Instance } from '../../core/schema/instance.ts';
import { type Verdict, verdictSchema } from '../../core/schema/verdict.ts';

/** Raise it when grading changes its meaning: patches are then judged again. */
const GRADING_VERSION = 3;

/** Everything that a verdict depends on. `image` is the image's id where it is known, for a tag may be built anew. */
export function verdictKey(
  instance: Instance,
  environment: Environment,
  patch: string,
  image = instance.image,
): string {
  const { base_commit, bug_patch, test_patch, eval_script, log_parser, eval_type } = instance;
  const { FAIL_TO_PASS, PASS_TO_PASS } = instance;
  const tests = [test_patch, eval_script, log_parser, eval_type, FAIL_TO_PASS, PASS_TO_PASS];
  const parts = [GRADING_VERSION, patch, image, base_commit, bug_patch, tests, environment.test_paths];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

export interface VerdictCache {
  /** Undefined for a verdict that is not there, or whose file is torn. */
  get(key: string, instanceId: string): Promise<Verdict | undefined>;
  put(verdict: Verdict): Promise<void>;
}

export function openVerdictCache(folder: string): VerdictCache {
  const file = (key: string): string => join(folder, key.slice(0, 2), `${key}.json`);
  return {
    async get(key, instanceId) {
      const verdict = await readJsonOr(file(key), verdictSchema);
      return verdict?.cache_key === key ? { ...verdict, instance_id: instanceId } : undefined;
    },
    put: (verdict) => writeJson(file(verdict.cache_key), verdict),
  };
}
