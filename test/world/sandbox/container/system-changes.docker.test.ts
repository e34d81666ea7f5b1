import { beforeAll, expect, test } from 'vitest';
import { hasChangedSystem } from '../../../../src/world/sandbox/container/system-changes.ts';
import { type TestSandboxes, testSandboxes } from '../../../support/sandbox.ts';

let sandboxes: TestSandboxes;
beforeAll(async () => {
  sandboxes = await testSandboxes();
});

async function changedAfter(script: string): Promise<boolean> {
  await using box = await sandboxes.open();
  expect(await box.exec(script)).toMatchObject({ exitCode: 0 });
  return hasChangedSystem(sandboxes.docker.getContainer(box.id));
}

test.each([
  ['nothing was done', 'true'],
  ['the work dir, /tmp, /etc and home were written', 'touch src/new.py /tmp/x /etc/x ~root/x'],
  ['programs were run', 'python3 -c "import json, unittest" && git status'],
])('the system is as it was when %s', async (_, script) => {
  expect(await changedAfter(script)).toBe(false);
});

test.each([
  ['a program was written', 'cp /bin/true /usr/bin/git'],
  ['one was added on PATH', 'touch /usr/local/bin/git'],
  ['one was removed', 'rm $(command -v git)'],
  ['one was added beside the init', 'touch /usr/sbin/init2'],
  ['a folder on PATH became a link', 'mv /usr/local /usr/moved; ln -s /tmp /usr/local'],
  ['a library is loaded into everything', 'touch /etc/ld.so.preload'],
  ['a folder was emptied', 'rm -rf /usr/local/bin; mkdir /usr/local/bin'],
])('the system has changed when %s', async (_, script) => {
  expect(await changedAfter(script)).toBe(true);
});
