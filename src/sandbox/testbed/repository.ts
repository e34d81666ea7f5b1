// The work dir's repository when a sandbox opens: the bug is put in, and the result is again one commit with no past.
import { SandboxError } from '../../schema/errors.ts';
import { WORK_DIR } from '../container/container.ts';
import type { OpenOptions } from '../sandbox.ts';
import type { ContainerShell } from '../shell/container-shell.ts';
import { complaint, runTool } from '../shell/shell-tool.ts';

/** A copy of the base commit's objects, where an attempt has no reason to look: `diff` needs them, whatever becomes of .git. */
export const BASE_OBJECTS = '/var/lib/stepwright/base-objects';

const PREPARE = `set -e
cd ${WORK_DIR}
[ -d .git ] || exit 0
if [ -n "$PATCHED" ]; then
  git apply --index --whitespace=nowarn -
  seal-testbed --index >/dev/null
fi
mkdir -p ${BASE_OBJECTS}
cp -a .git/objects/. ${BASE_OBJECTS}/
git rev-parse HEAD`;

/** Hash of the only commit; undefined where the image has no repository. */
export async function prepareRepository(shell: ContainerShell, options: OpenOptions): Promise<string | undefined> {
  const { image, bugPatch = '', baseCommit } = options;
  const env: Record<string, string> = bugPatch === '' ? {} : { PATCHED: 'yes' };
  const result = await runTool(shell, PREPARE, { env, stdin: Buffer.from(bugPatch) });
  if (result.exitCode !== 0) throw new SandboxError(`Cannot prepare the repository in ${image}: ${complaint(result)}`);
  const commit = result.output.toString('latin1').trim() || undefined;
  if (baseCommit !== undefined && commit !== baseCommit)
    throw new SandboxError(
      `The repository in ${image} is at ${commit ?? 'no commit'}, expected ${baseCommit}. Build the image again, or make the instance anew.`,
    );
  return commit;
}
