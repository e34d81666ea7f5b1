// The files of one sandbox in another: a fork, or a snapshot that several are opened from.
import assert from 'node:assert/strict';
import type { ConformanceCase } from '../case.ts';

export const snapshotCases: ConformanceCase[] = [
  {
    name: 'a fork is another sandbox with the files, which goes its own way',
    async run({ open }) {
      await using box = await open();
      await box.exec('echo before > file; echo tmp > /tmp/file');
      await using fork = await box.fork();
      await box.exec('echo after > file');
      assert.equal((await fork.exec('cat file /tmp/file')).output, 'before\ntmp\n');
      await fork.exec('echo fork > file');
      assert.equal((await box.exec('cat file')).output, 'after\n');
    },
  },
  {
    name: 'two of one snapshot go their own ways',
    async run({ box }) {
      await box.exec('echo before > shared');
      await using snapshot = await box.snapshot();
      await box.exec('echo after > shared');
      await using first = await snapshot.open();
      await using second = await snapshot.open();
      await first.exec('echo first > shared');
      assert.equal((await second.exec('cat shared')).output, 'before\n');
    },
  },
  {
    name: 'a sandbox outlives the snapshot that it was opened from',
    async run({ box }) {
      await box.exec('echo kept > kept');
      const snapshot = await box.snapshot();
      await using fork = await snapshot.open();
      await snapshot.dispose();
      assert.equal((await fork.exec('cat kept')).output, 'kept\n');
      await assert.rejects(snapshot.open(), { name: 'SandboxError' });
    },
  },
  {
    name: 'processes and variables are no part of it',
    async run({ open }) {
      await using box = await open();
      await box.exec('sleep 63 >/dev/null 2>&1 &');
      await using fork = await box.fork();
      assert.equal((await fork.exec("grep -la '^sleep.63' /proc/[0-9]*/cmdline 2>/dev/null")).output, '');
    },
  },
  {
    name: 'modes, links and times stay',
    async run({ box }) {
      await box.exec(
        'mkdir -p meta && cd meta && echo x > a && chmod 751 a && ln -s a b && touch -d "2001-02-03 04:05" a',
      );
      const show = 'cd meta && stat -c "%a %Y" a && readlink b';
      await using fork = await box.fork();
      assert.equal((await fork.exec(show)).output, (await box.exec(show)).output);
    },
  },
  {
    name: 'what was deleted stays deleted, and a fork can be forked',
    async run({ open }) {
      await using box = await open();
      await box.exec('echo x > a; rm "$(command -v od)"');
      await using fork = await box.fork();
      await fork.exec('rm a; echo y > b');
      await using again = await fork.fork();
      assert.equal((await again.exec('command -v od; ls a 2>/dev/null; cat b')).output, 'y\n');
    },
  },
];
