// The work dir's repository when a sandbox opens: the bug is put in, and the result is again one commit with no past.
import { readFile } from 'node:fs/promises';
import { shipped } from '../../../core/run/paths.ts';
import { isOurs } from '../../../core/schema/environment.ts';
import { SandboxError } from '../../../core/schema/errors.ts';
import { WORK_DIR } from '../container/container.ts';
import type { OpenOptions } from '../sandbox.ts';
import type { ContainerShell } from '../shell/container-shell.ts';
import { complaint, runTool } from '../shell/shell-tool.ts';
import { FOREIGN_GIT, FORGET } from './history.ts';

/** A copy of the base commit's objects, where an attempt has no reason to look: `diff` needs them, whatever becomes of .git. */
export const BASE_OBJECTS = '/var/lib/stepwright/base-objects';

const MAX_COPIED_KIB = 64 * 1024;

const COPY_OBJECTS = `mkdir -p ${BASE_OBJECTS}
cp -a .git/objects/. ${BASE_OBJECTS}/
git rev-parse HEAD`;

const PREPARE = `set -e
cd ${WORK_DIR}
[ -d .git ] || exit 0
if [ -n "$PATCHED" ]; then
  git apply --index --whitespace=nowarn -
  seal-testbed --index >/dev/null
fi
${COPY_OBJECTS}`;

/**
 * In an image that others made: a bug comes as a patch (SWE-smith's row) or as a commit that the image has (SWE-smith's branch of the
 * instance), and takes the past along, which would tell the fix. Without one the past stays: the base's own hash is asked for by
 * SWE-bench's eval scripts. Objects of a long past would be slow to copy for every sandbox.
 */
const PREPARE_FOREIGN = `set -e
cd ${WORK_DIR}
[ -d .git ] || exit 0
if [ -n "$PATCHED" ]; then
  if [ -n "$BASE" ] && git cat-file -e "$BASE^{commit}" 2>/dev/null; then git checkout -q -f --detach "$BASE"
  else git update-index -q --refresh || true; git apply --index --whitespace=nowarn -; fi
  ${FORGET}
elif [ -n "$BASE" ] && [ "$(git rev-parse HEAD)" != "$BASE" ] && [ "$(git rev-parse -q --verify HEAD^)" != "$BASE" ]; then
  echo "/testbed is at $(git rev-parse HEAD), expected $BASE or a set-up commit on it"; exit 1
fi
if [ "$(du -sk .git/objects | cut -f1)" -gt ${MAX_COPIED_KIB} ]; then
  mkdir -p $(dirname ${BASE_OBJECTS}) && ln -s ${WORK_DIR}/.git/objects ${BASE_OBJECTS} && git rev-parse HEAD && exit 0
fi
${COPY_OBJECTS}`;

/** Hash of the commit that the attempt starts from; undefined where the image has no repository. */
export async function prepareRepository(shell: ContainerShell, options: OpenOptions): Promise<string | undefined> {
  const { image, bugPatch = '', baseCommit } = options;
  const ours = isOurs(image);
  const env = { PATCHED: bugPatch === '' ? '' : 'yes', ...(!ours && (await foreignEnv(baseCommit))) };
  const result = await runTool(shell, ours ? PREPARE : PREPARE_FOREIGN, { env, stdin: Buffer.from(bugPatch) });
  if (result.exitCode !== 0) throw new SandboxError(`Cannot prepare the repository in ${image}: ${complaint(result)}`);
  const commit = result.output.toString('latin1').trim() || undefined;
  if (ours && baseCommit !== undefined && commit !== baseCommit)
    throw new SandboxError(
      `The repository in ${image} is at ${commit ?? 'no commit'}, expected ${baseCommit}. Build the image again, or make the instance anew.`,
    );
  return commit;
}

const foreignEnv = async (base = ''): Promise<Record<string, string>> => ({
  ...FOREIGN_GIT,
  BASE: base,
  SEAL: await readFile(shipped('envs', 'base', 'seal-testbed'), 'utf8'),
});
