// The tests that judge a patch are those of the base commit, whatever the patch did to them: copied away before it is applied, put back
// after. Files it added below the test paths go, and so do files anywhere that steer a test runner.
import { randomBytes } from 'node:crypto';
import { GradingError } from '../../core/schema/errors.ts';
import type { ExecResult, Sandbox } from '../sandbox/sandbox.ts';

/** Steer pytest or mocha from whichever folder they lie in. */
const RUNNER_FILES = ['conftest.py', 'pytest.ini', '.pytest.ini', 'tox.ini', '.mocharc.*'];

const FIND_RUNNER_FILES = `find . -name .git -prune -o \\( ${RUNNER_FILES.map((name) => `-name '${name}'`).join(' -o ')} \\) -print0`;

/**
 * Copies the protected files away, to a path that the patch cannot know. The function returned puts them back; it fails where the patch
 * left no place for them.
 */
export async function protectTests(box: Sandbox, testPaths: readonly string[]): Promise<() => Promise<ExecResult>> {
  const archive = `/tmp/stepwright-${randomBytes(16).toString('hex')}.tar`;
  const paths = testPaths.map(quote).join(' ');
  const existing = `for path in ${paths}; do if [ -e "$path" ]; then printf '%s\\0' "$path"; fi; done`;
  const copy = `{ ${existing}; ${FIND_RUNNER_FILES}; } | tar --null -cf ${archive} -T -`;
  const { exitCode, output } = await box.exec(copy, OPTIONS);
  if (exitCode !== 0)
    throw new GradingError(`The tests could not be protected (exit code ${exitCode}): ${output.trim()}`);
  const restore = `rm -rf -- ${paths} && ${FIND_RUNNER_FILES} | xargs -0r rm -rf -- && tar -xf ${archive}`;
  return () => box.exec(restore, OPTIONS);
}

const OPTIONS = { timeoutMs: 60_000 };

const quote = (path: string): string => `'${path.replaceAll("'", "'\\''")}'`;
