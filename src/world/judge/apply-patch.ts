// Applies a model's patch by SWE-bench's chain: git apply → --3way → --reject → patch with fuzz, the repository clean between attempts.
import { randomBytes } from 'node:crypto';
import type { Sandbox } from '../sandbox/sandbox.ts';

export interface PatchResult {
  applied: boolean;
  /** The command of the chain that did it. */
  by?: string;
  /** What the last command said. */
  output: string;
}

const CHAIN = [
  'git apply --verbose',
  'git apply --verbose --3way',
  'git apply --verbose --reject',
  'patch --batch --forward --fuzz=5 -p1 -i',
];

/** SWE-bench checks out and cleans; `--3way` leaves conflicts in the index, so a reset is needed too. */
const CLEAN = 'git reset -q --hard && git clean -qfd';
const TIMEOUT_MS = 60_000;

export async function applyPatch(box: Sandbox, patch: string, signal?: AbortSignal): Promise<PatchResult> {
  const inside = pathsOfPatch(patch).find((path) => path.split('/').includes('.git'));
  // git refuses such a path itself, but GNU patch would write the hook or the setting.
  if (inside !== undefined)
    return { applied: false, output: `the patch writes into the repository's own folder: ${inside}` };
  const file = `/tmp/stepwright-${randomBytes(8).toString('hex')}.diff`;
  await box.writeFile(file, patch.endsWith('\n') ? patch : `${patch}\n`);
  const options = { timeoutMs: TIMEOUT_MS, ...(signal && { signal }) };
  let output = '';
  for (const by of CHAIN) {
    const tried = await box.exec(`${by} ${file}`, options);
    if (tried.exitCode === 0) return { applied: true, by, output: tried.output };
    output = tried.output;
    await box.exec(CLEAN, options);
  }
  const reversed = await box.exec(`git apply --check --reverse ${file}`, options);
  return reversed.exitCode === 0 ? { applied: true, by: 'already applied', output } : { applied: false, output };
}

/** Paths that a patch names, old and new ones. */
export function pathsOfPatch(patch: string): string[] {
  const named = patch.matchAll(/^(?:(?:---|\+\+\+) "?[ab]\/|(?:rename|copy) (?:from|to) "?)([^"\t\r\n]+)/gm);
  const inHeader = patch.matchAll(/^diff --git "?a\/(.+?)"? "?b\/(.+?)"?\r?$/gm);
  return [...new Set([...[...named].map(([, path]) => path!), ...[...inHeader].flatMap(([, a, b]) => [a!, b!])])];
}
