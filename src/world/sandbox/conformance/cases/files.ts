// Files in and out, byte for byte, and archives.
import assert from 'node:assert/strict';
import type { ConformanceCase } from '../case.ts';

export const fileCases: ConformanceCase[] = [
  {
    name: 'bytes come back as they were written',
    async run({ box }) {
      const bytes = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 256));
      await box.writeFile('/tmp/bytes', bytes);
      assert.deepEqual(await box.readFile('/tmp/bytes'), bytes);
    },
  },
  {
    name: 'three megabytes and none at all',
    async run({ box }) {
      for (const bytes of [Buffer.alloc(3e6, 'abc\n'), Buffer.alloc(0)]) {
        await box.writeFile('/tmp/sized', bytes);
        assert.equal((await box.readFile('/tmp/sized')).equals(bytes), true);
      }
    },
  },
  {
    name: 'folders are made, relative paths begin at the work dir, odd names are names',
    async run({ box }) {
      const path = `a b/'c'/$d\n"e" *`;
      await box.writeFile(path, 'odd');
      assert.equal((await box.readFile(`/testbed/${path}`)).toString(), 'odd');
    },
  },
  {
    name: 'a mode is set',
    async run({ box }) {
      await box.writeFile('/tmp/run', '#!/bin/sh\necho ran\n', { mode: 0o755 });
      assert.equal((await box.exec('/tmp/run')).output, 'ran\n');
    },
  },
  {
    name: 'one that is not there is a SandboxError that names it',
    async run({ box }) {
      await assert.rejects(box.readFile('/no/such'), { name: 'SandboxError', message: /\/no\/such/ });
    },
  },
  {
    name: 'an archive goes out and in',
    async run({ box }) {
      await box.exec('mkdir -p /tmp/out && echo one > /tmp/out/a && ln -s a /tmp/out/b');
      await box.importTar('/tmp/in', await box.exportTar('/tmp/out'));
      assert.equal((await box.exec('cat /tmp/in/a; readlink /tmp/in/b')).output, 'one\na\n');
    },
  },
  {
    name: 'an archive that would write outside is refused whole',
    async run({ box }) {
      // A link, and what would be written through it.
      const parts = [
        'mkdir -p /tmp/evil && cd /tmp/evil && ln -s /tmp link && tar -cf - link | head -c 512 > ../evil.tar',
        'rm link && mkdir link && echo x > link/written && tar -cf - link/written >> ../evil.tar',
      ];
      assert.equal((await box.exec(parts.join(' && '))).exitCode, 0);
      const archive = await box.readFile('/tmp/evil.tar');
      await assert.rejects(box.importTar('/tmp/refused/deep', archive), { name: 'SandboxError' });
      assert.equal((await box.exec('ls /tmp/refused /tmp/written 2>/dev/null')).output, '');
    },
  },
  {
    name: 'a pipe and a folder cannot be read, which is reported at once',
    async run({ box }) {
      await box.exec('mkfifo /tmp/pipe');
      for (const path of ['/tmp/pipe', '/tmp']) await assert.rejects(box.readFile(path), { name: 'SandboxError' });
    },
  },
  {
    name: 'a link is followed as the sandbox sees it',
    async run({ box }) {
      await box.exec('echo inside > /tmp/target; ln -sf /tmp/target /tmp/link');
      assert.equal((await box.readFile('/tmp/link')).toString(), 'inside\n');
    },
  },
];
