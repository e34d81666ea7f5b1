// What an attempt changed, as a patch that `git apply` takes. The untrusted command may have done anything to /testbed/.git, so it is not
// looked at: a git folder made now, with nobody's configuration, compares the files with the base commit's objects.
import { isUtf8 } from 'node:buffer';
import { SandboxError } from '../../../core/schema/errors.ts';
import { WORK_DIR } from '../container/container.ts';
import type { ContainerShell } from '../shell/container-shell.ts';
import { complaint, MAX_TRANSFER_BYTES, runTool } from '../shell/shell-tool.ts';
import { BASE_OBJECTS } from './repository.ts';

const ENV = {
  GIT_DIR: '/var/lib/stepwright/diff.git',
  GIT_WORK_TREE: WORK_DIR,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  XDG_CONFIG_HOME: '/nonexistent',
  HOME: '/nonexistent',
  // Nothing of it is to last: on a busy disk, each file's fsync takes longer than all the rest.
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'core.fsync',
  GIT_CONFIG_VALUE_0: 'none',
};

/** File content as it is, whatever .gitattributes asks for. `EXTRA_ATTRIBUTES` may add to it. */
const ATTRIBUTES = '* -text -ident -filter !working-tree-encoding';

// A repository inside the work dir would be recorded as a mere link: its files are added one by one. busybox has no `sed -z`.
const DIFF = `set -e
cd ${WORK_DIR}
rm -rf "$GIT_DIR"
git init -q --template=
mkdir -p "$GIT_DIR/info"
printf '%s\\n' '${ATTRIBUTES}' "$EXTRA_ATTRIBUTES" > "$GIT_DIR/info/attributes"
export GIT_ALTERNATE_OBJECT_DIRECTORIES=${BASE_OBJECTS}
git read-tree "$BASE"
find . -mindepth 2 -name .git -prune -exec sh -c 'for git do git=\${git#./}; printf "%s\\0" "\${git%/.git}"; done' sh {} + > "$GIT_DIR/nested"
{ printf '.\\0'; xargs -0 -r printf ':(exclude,literal)%s\\0' < "$GIT_DIR/nested"; } |
  git add -A --ignore-errors --pathspec-from-file=- --pathspec-file-nul 2>"$GIT_DIR/errors" || true
xargs -0 -r -I{} find {} -name .git -prune -o '(' -type f -o -type l ')' -print0 < "$GIT_DIR/nested" |
  git update-index -z --add --stdin
git diff --cached --binary --no-ext-diff --no-textconv --no-renames --no-color "$BASE"
rm -rf "$GIT_DIR"`;

/** `failed` says why the sandbox's own tools could not do it. */
export async function readDiff(shell: ContainerShell, base: string): Promise<string | { failed: string }> {
  const patch = await diff(shell, base, '');
  // A patch is text: files in other encodings go into it as binary ones.
  const text = Buffer.isBuffer(patch) && !isUtf8(patch) ? await diff(shell, base, '* -diff') : patch;
  return Buffer.isBuffer(text) ? text.toString('utf8') : text;
}

async function diff(shell: ContainerShell, base: string, attributes: string): Promise<Buffer | { failed: string }> {
  const result = await runTool(shell, DIFF, { env: { ...ENV, BASE: base, EXTRA_ATTRIBUTES: attributes } });
  if (result.exitCode !== 0) return { failed: complaint(result) };
  if (result.cutBytes > 0) throw new SandboxError(`The attempt's patch has more than ${MAX_TRANSFER_BYTES} bytes.`);
  return result.output;
}
