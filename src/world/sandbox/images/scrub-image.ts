// An image that others made, without what tells the future: its repository is cleaned by its own programs, which may be anything, so in a
// sandbox as any attempt's (no network, no capabilities, limits), and what that leaves is committed.
import { createHash } from 'node:crypto';
import { SandboxError } from '../../../core/schema/errors.ts';
import type { WatchedEngine } from '../container/disk-guard.ts';
import { LABEL } from '../container/owner.ts';
import { DEFAULT_OUTPUT_BYTES } from '../shell/run-limits.ts';
import { complaint } from '../shell/shell-tool.ts';
import { commit } from '../testbed/commit.ts';
import { FOREIGN_GIT, SCRUB } from '../testbed/history.ts';
import { openContainer } from '../testbed/open-shell.ts';
import { CONTENT_LABEL } from './image-state.ts';

/** A large repository is packed anew. @unit milliseconds */
const WITHIN_MS = 30 * 60_000;

/** Tags the image as `tag`. `base`: the commit after which nothing may be found. */
export async function scrubImage(engine: WatchedEngine, image: string, base: string, tag: string): Promise<void> {
  const { shell, guard, dispose } = await openContainer(engine, { image });
  try {
    const command = { script: SCRUB, cwd: '/', env: { ...FOREIGN_GIT, BASE: base }, stdin: Buffer.alloc(0) };
    const limits = { timeoutMs: WITHIN_MS, maxOutputBytes: DEFAULT_OUTPUT_BYTES };
    const { result } = await guard.during(() => shell.run(command, limits));
    if (result.exitCode !== 0) throw new SandboxError(`Cannot clean the history in ${image}: ${complaint(result)}`);
    await guard.check();
    const [repo = '', version = ''] = tag.split(':');
    await commit(shell.container, { repo, tag: version, changes: labels.join('\n') });
  } finally {
    await dispose();
  }
}

/** The image is nobody's attempt: it has no deadline, and goes by `envs prune`. */
const labels = [
  `LABEL ${LABEL.deadline}=""`,
  `LABEL ${CONTENT_LABEL}="${createHash('sha256').update(SCRUB).digest('hex')}"`,
];
