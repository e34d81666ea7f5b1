// Sets up what a new machine lacks for the tests: Debian's packages, the optional backends, a Python with the packages that results are
// compared with. What is there already costs nothing. What cannot be had is reported, and so are the tests that are skipped for want of it.
//
//   npm run setup:tests
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { packageRoot } from '../src/core/run/paths.ts';
import { createReporter } from '../src/core/run/reporter.ts';
import { messageOf } from '../src/core/schema/errors.ts';
import { tensorflowFolder } from '../src/learning/student/backend/tensorflow.ts';
import { isWebgpuSetUp } from '../src/learning/student/backend/webgpu.ts';
import { ensurePrograms } from '../src/world/sandbox/engine/host-packages.ts';
import { setUpTestPython } from '../test/support/python.ts';
import { setUpSwiftshader, useSwiftshader } from '../test/support/swiftshader.ts';

/** Debian's packages by a program of each. */
const PROGRAMS = { chromium: 'chromium', git: 'git', make: 'make', 'c++': 'g++', python3: 'python3-venv' };

const emit = createReporter();

await attempt('programs', () => ensurePrograms(PROGRAMS, emit));
await Promise.all([
  attempt('webgpu', async () => {
    await setUpSwiftshader(emit);
    useSwiftshader();
    if (!isWebgpuSetUp()) await script('setup-webgpu.ts');
  }),
  attempt('tensorflow', async () => {
    if (!existsSync(join(tensorflowFolder('cpu'), '.build'))) await script('setup-tensorflow.ts');
  }),
  attempt('Python', () => setUpTestPython(emit)),
]);

async function attempt(name: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    emit({ type: 'note', text: `setup:tests: ${name}: ${messageOf(error)} Tests that need it are skipped.` });
  }
}

async function script(name: string): Promise<void> {
  await execa(process.execPath, ['--import', 'tsx', join('scripts', name)], {
    cwd: packageRoot,
    stdin: 'ignore',
    stdout: process.stderr,
    stderr: process.stderr,
  });
}
