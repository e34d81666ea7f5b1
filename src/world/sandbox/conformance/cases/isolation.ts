// What a sandbox keeps in: privileges, network, and how much of the machine it may have.
import assert from 'node:assert/strict';
import type { ConformanceCase } from '../case.ts';

const MIB = 1024 * 1024;

export const isolationCases: ConformanceCase[] = [
  {
    name: 'no network but loopback',
    async run({ box }) {
      assert.equal((await box.exec("tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '")).output, 'lo\n');
    },
  },
  {
    name: 'no capability, no new privileges, a seccomp filter',
    async run({ box }) {
      const { output } = await box.exec('grep -E "^(Cap(Eff|Prm|Bnd)|NoNewPrivs|Seccomp):" /proc/self/status');
      assert.deepEqual(
        output
          .trim()
          .split('\n')
          .map((line) => line.split(/:\s+/)[1]),
        ['0', '0', '0', '1', '2'].map((value, i) => (i < 3 ? value.repeat(16) : value)),
      );
    },
  },
  {
    name: 'an init that reaps the dead',
    async run({ box }) {
      await box.exec('(sleep 0.1 &); true');
      await box.exec('sleep 0.5');
      assert.equal((await box.exec('grep -l "^State:.Z" /proc/[0-9]*/status 2>/dev/null')).output, '');
    },
  },
  {
    name: 'the memory limit ends the command, which is reported, and not the sandbox',
    async run({ open }) {
      await using box = await open({ limits: { memoryBytes: 64 * MIB } });
      const result = await box.exec(`awk 'BEGIN { s = "x"; while (1) s = s s }'`, { timeoutMs: 30_000 });
      assert.deepEqual([result.exitCode, result.outOfMemory], [137, true]);
      assert.equal((await box.exec('echo on')).output, 'on\n');
    },
  },
  {
    name: '/tmp has a size',
    async run({ open }) {
      await using box = await open({ limits: { memoryBytes: 64 * MIB } });
      assert.notEqual((await box.exec('head -c 40000000 /dev/zero > /tmp/large')).exitCode, 0);
      assert.equal((await box.exec('rm /tmp/large; echo on > /tmp/x && cat /tmp/x')).output, 'on\n');
    },
  },
  {
    name: 'a file has a size',
    async run({ open }) {
      await using box = await open({ limits: { diskBytes: 8 * MIB } });
      const { output } = await box.exec('head -c 20000000 /dev/zero > /dev/shm/large; wc -c < /dev/shm/large');
      assert.match(output, new RegExp(`^${8 * MIB}$`, 'm'));
    },
  },
  {
    name: 'descriptors have a limit',
    async run({ open }) {
      await using box = await open({ limits: { openFiles: 128 } });
      assert.equal((await box.exec('ulimit -n')).output, '128\n');
    },
  },
  {
    name: 'more than the disk limit ends the command, which is reported, and keeps the files',
    async run({ open }) {
      await using box = await open({ limits: { diskBytes: 16 * MIB } });
      const write = 'for n in 1 2 3 4 5 6; do head -c 4000000 /dev/zero > $n; done; sleep 20';
      const result = await box.exec(write, { timeoutMs: 15_000 });
      assert.equal(result.diskFull, true);
      assert.equal((await box.exec('wc -c < 1; rm [1-6]')).output, '4000000\n');
    },
  },
  {
    name: 'neither a device of the host nor the engine is there',
    async run({ box }) {
      const { output } = await box.exec(
        'find /dev -type b; ls /var/run/docker.sock /run/podman/podman.sock 2>/dev/null',
      );
      assert.equal(output, '');
    },
  },
  {
    name: 'the kernel is read-only',
    async run({ box }) {
      assert.notEqual((await box.exec('echo 1 > /proc/sys/kernel/panic')).exitCode, 0);
      assert.notEqual((await box.exec('mkdir /sys/fs/cgroup/x')).exitCode, 0);
    },
  },
  {
    name: 'nothing can be mounted',
    async run({ box }) {
      assert.notEqual((await box.exec('mount -t tmpfs none /root')).exitCode, 0);
    },
  },
];
