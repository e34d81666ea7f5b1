// One instance on a real project: toolz with a bug in `last`, made by commands in sandboxes of its environment.
import { silent } from '../../../src/core/run/events.ts';
import { type Environment, imageOf } from '../../../src/core/schema/environment.ts';
import { type Instance, instanceSchema } from '../../../src/core/schema/instance.ts';
import { openBackend } from '../../../src/world/sandbox/backend.ts';
import { ensureImages } from '../../../src/world/sandbox/images/images.ts';
import type { SandboxBackend } from '../../../src/world/sandbox/sandbox.ts';
import { loadEnvironment } from '../../../src/world/task/environments.ts';

export const TEST_FILE = 'toolz/tests/test_itertoolz.py';
export const SOURCE = 'toolz/itertoolz.py';

const BREAK = `grep -q 'return tail(1, seq)' ${SOURCE} && sed -i 's/return tail(1, seq)/return tail(2, seq)/' ${SOURCE}`;
export const REPAIR = `sed -i 's/return tail(2, seq)/return tail(1, seq)/' ${SOURCE}`;

export interface Toolz {
  backend: SandboxBackend;
  environment: Environment;
  instance: Instance;
  /** The patch of a change that commands make in the buggy project. */
  patchOf(commands: string): Promise<string>;
}

export async function openToolz(): Promise<Toolz> {
  const environment = await loadEnvironment('toolz');
  await ensureImages([environment], { emit: silent });
  const backend = await openBackend();
  const image = imageOf(environment);
  async function change(commands: string, bugPatch: string): Promise<{ patch: string; commit: string }> {
    await using box = await backend.open({ image, bugPatch });
    const commit = (await box.exec('git rev-parse HEAD')).output.trim();
    const { exitCode, output } = await box.exec(commands);
    if (exitCode !== 0) throw new Error(output);
    return { patch: await box.diff(), commit };
  }
  const bug_patch = (await change(BREAK, '')).patch;
  const { patch, commit } = await change(REPAIR, bug_patch);
  const instance = instanceSchema.parse({
    instance_id: 'toolz__last',
    repo: environment.repo,
    version: environment.version,
    base_commit: commit,
    environment: 'toolz',
    image,
    problem_statement: 'last() gives the one before.',
    patch,
    bug_patch,
    FAIL_TO_PASS: [`${TEST_FILE}::test_last`],
    PASS_TO_PASS: [`${TEST_FILE}::test_first`, `${TEST_FILE}::test_nth`],
    eval_script: `cd /testbed\n${environment.test_files_command.replace('{files}', TEST_FILE)}\n`,
    log_parser: environment.log_parser,
    split: 'heldout',
    metadata: { rung: '1' },
  });
  return { backend, environment, instance, patchOf: async (commands) => (await change(commands, bug_patch)).patch };
}
