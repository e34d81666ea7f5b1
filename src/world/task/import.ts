// Rows of other data sets as instances: SWE-bench (v5 rows hold all that judging needs, older ones need some of it told) and SWE-smith,
// whose `patch` is the bug and whose fix is that patch reversed.

import { reversePatch } from '../../core/patch/reverse-patch.ts';
import { TaskError } from '../../core/schema/errors.ts';
import { type Instance, instanceSchema } from '../../core/schema/instance.ts';
import { issueText } from './issue-text.ts';

/** For fields that a row does not have. */
export interface ImportDefaults {
  suite: string;
  environment?: string | undefined;
  image?: string | undefined;
  evalScript?: string | undefined;
  logParser?: string | undefined;
  split?: Instance['split'] | undefined;
}

export function importRow(row: unknown, defaults: ImportDefaults): Instance {
  if (typeof row !== 'object' || row === null) throw new TaskError(`expected an object, got ${JSON.stringify(row)}`);
  const source = row as Record<string, unknown>;
  const smith =
    typeof source.image_name === 'string' && typeof source.repo === 'string' && source.repo.startsWith('swesmith/');
  const result = instanceSchema.safeParse({
    ...source,
    ...(smith && { patch: reversePatch(String(source.patch)), bug_patch: source.patch, version: smithVersion(source) }),
    environment: source.environment ?? defaults.environment ?? '',
    image: source.image ?? source.image_name ?? defaults.image,
    eval_script: source.eval_script ?? defaults.evalScript,
    log_parser: source.log_parser ?? defaults.logParser,
    split: defaults.split ?? 'heldout',
    datasets: [defaults.suite],
    hints_text: source.hints_text ?? '',
    metadata: { origin: smith ? 'swe-smith' : 'swe-bench' },
  });
  if (!result.success)
    throw new TaskError(
      `${String(source.instance_id ?? 'row')}: ${issueText(result.error)}. Give it by an option of import.`,
    );
  return result.data;
}

/** `swesmith/owner__repo.<commit>`: the commit stands for the release. */
const smithVersion = ({ repo, version }: Record<string, unknown>): unknown => version ?? String(repo).split('.').at(-1);
