import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { expect, test } from 'vitest';
import { runInProcess } from '../../support/in-process.ts';
import { temporaryFolder } from '../../support/temp.ts';

/** A PATH with these programs alone, and no engine: nothing is asked of a registry. */
function onlyWith(...programs: string[]): Record<string, string> {
  const dir = temporaryFolder();
  for (const name of programs) symlinkSync(execaSync('sh', ['-c', `command -v ${name}`]).stdout, join(dir, name));
  return { PATH: dir, DOCKER_HOST: `unix://${dir}/none.sock`, STEPWRIGHT_NO_INSTALL: '1' };
}

test.each([
  { programs: ['sh', 'flock'], check: { name: 'locks', status: 'ok' } },
  { programs: ['sh'], check: { name: 'locks', status: 'broken', todo: 'install util-linux' } },
])('doctor with no program but $programs reports $check', async ({ programs, check }) => {
  const { status, stdout } = await runInProcess(['doctor', '--json'], { env: onlyWith(...programs) });
  const { checks } = JSON.parse(stdout);
  expect(checks.find(({ name }: { name: string }) => name === 'locks')).toMatchObject(check);
  expect(status).toBe(2); // there is no engine
});
