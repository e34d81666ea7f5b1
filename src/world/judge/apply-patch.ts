// Applies a model's patch by SWE-bench's chain: git apply → --3way → --reject → patch with fuzz, the repository clean between attempts.
import { randomBytes } from 'node:crypto';
import { parsePatch } from '../../core/patch/parse-patch.ts';
import type { ExecOptions, ExecResult, Sandbox } from '../sandbox/sandbox.ts';

export interface PatchResult {
  applied: boolean;
  /** The command of the chain that did it. */
  by?: string;
  /** What the last command said. */
  output: string;
}

const CHAIN: { by: string; script: (file: string) => string }[] = [
  ...['git apply --verbose', 'git apply --verbose --3way', 'git apply --verbose --reject'].map((by) => ({
    by,
    script: (file: string) => `${by} ${file}`,
  })),
  { by: 'patch --batch --forward --unified --fuzz=5 -p1 -i', script: withoutRepository },
];

/** SWE-bench checks out and cleans; `--3way` leaves conflicts in the index, so a reset is needed too. */
const RESET = 'git reset -q --hard && git clean -qfd';
const TIMEOUT_MS = 60_000;

/** Git looks for no other repository, reads nobody's settings but this one's, and starts no program of them. */
const GIT_ENV = {
  GIT_DIR: '.git',
  GIT_WORK_TREE: '.',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_COUNT: '2',
  GIT_CONFIG_KEY_0: 'core.hooksPath',
  GIT_CONFIG_VALUE_0: '/dev/null',
  GIT_CONFIG_KEY_1: 'core.fsmonitor',
  GIT_CONFIG_VALUE_1: 'false',
};

/** For a sandbox in which nothing of the patch has run yet. */
export async function applyPatch(box: Sandbox, patch: string, signal?: AbortSignal): Promise<PatchResult> {
  const file = `/tmp/stepwright-${randomBytes(8).toString('hex')}.diff`;
  await box.writeFile(file, patch.endsWith('\n') ? patch : `${patch}\n`);
  const options = optionsWith(signal);
  let output = '';
  for (const { by, script } of CHAIN) {
    const tried = await box.exec(script(file), options);
    if (tried.exitCode === 0) return { applied: true, by, output: tried.output };
    output = tried.output;
    await resetTree(box, signal);
  }
  const reversed = await box.exec(`git apply --check --reverse ${file}`, options);
  return reversed.exitCode === 0 ? { applied: true, by: 'already applied', output } : { applied: false, output };
}

/** Back to the commit, but for ignored files. */
export const resetTree = (box: Sandbox, signal?: AbortSignal): Promise<ExecResult> =>
  box.exec(RESET, optionsWith(signal));

const optionsWith = (signal?: AbortSignal): ExecOptions => ({
  env: GIT_ENV,
  timeoutMs: TIMEOUT_MS,
  ...(signal && { signal }),
});

/**
 * git refuses paths through a `.git`; GNU patch takes whatever a header names, in any spelling. So the repository is elsewhere
 * while it runs, and what it wrote below the name is a refusal, not a repository.
 */
function withoutRepository(file: string): string {
  return `away=$(mktemp -d) && mv .git "$away/git" && find . -name .git -prune | sort > "$away/before" || exit 1
patch --batch --forward --unified --fuzz=5 -p1 -i ${file}
code=$?
find . -name .git -prune | sort | comm -13 "$away/before" - > "$away/written"
if [ -s "$away/written" ]; then
  tr '\\n' '\\0' < "$away/written" | xargs -0 rm -rf --
  echo "the patch writes into the repository's own folder: $(head -n 1 "$away/written")"
  code=1
fi
mv "$away/git" .git && rm -rf "$away" || exit 1
exit $code`;
}

/** Paths that a patch names, old and new ones. */
export const pathsOfPatch = (patch: string): string[] => [
  ...new Set(
    parsePatch(patch).flatMap(({ oldPath, newPath }) => [oldPath, newPath].filter((path) => path !== undefined)),
  ),
];
