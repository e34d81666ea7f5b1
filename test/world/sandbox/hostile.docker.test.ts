// Code in the sandbox that means harm: to later results, to the machine, to the shell that runs it.
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Sandbox } from '../../../src/world/sandbox/sandbox.ts';
import { processesOf, type TestSandboxes, testSandboxes } from '../../support/sandbox.ts';

const MIB = 1024 * 1024;

let sandboxes: TestSandboxes;
let box: Sandbox;
beforeAll(async () => {
  sandboxes = await testSandboxes();
});
beforeEach(async () => {
  box = await sandboxes.open();
});
afterEach(() => box.dispose());

describe('forged results', () => {
  test('no sentinel stands in an argument, the environment or a descriptor of the command', async () => {
    const { output } = await box.exec('cat /proc/$$/cmdline /proc/$$/environ; ls -l /proc/$$/fd');
    expect(output).not.toMatch(/[0-9a-f]{32}/);
    const shells = 'for p in /proc/[0-9]*; do cat $p/cmdline $p/environ; done 2>/dev/null';
    expect((await box.exec(shells)).output).not.toMatch(/[0-9a-f]{32}/);
  });

  test("a background process cannot write into the next command's output", async () => {
    await box.exec('(while :; do echo noise; sleep 0.01; done) & echo started');
    for (let i = 0; i < 10; i++) expect((await box.exec('sleep 0.03; echo clean')).output).toBe('clean\n');
  });

  test('a background process may go on writing: nobody reads it, and it does not die of that', async () => {
    await box.exec('(while echo noise; do sleep 0.01; done; echo ended > /tmp/ended) & echo started');
    for (let i = 0; i < 5; i++) expect((await box.exec('sleep 0.1; ls /tmp/ended')).exitCode).toBe(2);
  });

  test('a background flood reaches no later command', async () => {
    await box.exec('yes & echo started');
    for (let i = 0; i < 5; i++) expect((await box.exec('echo clean')).output).toBe('clean\n');
  });
});

describe('attacks on the shell that runs commands', () => {
  test.each([
    ['everything is killed', 'kill -9 -1'],
    ['the shell is killed by name', 'kill -9 $(pgrep -x sh)'],
    ["init's child is killed", "kill -9 $(awk '{print $4}' /proc/$$/stat) $(cat /proc/1/task/1/children)"],
  ])('%s: noticed, told, mended, with the files as they were', async (_, command) => {
    await box.exec('echo kept > kept.txt');
    const result = await box.exec(`echo last words; sleep 0.2; ${command}; sleep 5`, { timeoutMs: 20_000 });
    expect(result.exitCode).toBe(137);
    expect(result.timedOut).toBe(false);
    expect(result.output).toContain('last words');
    expect(result.output).toContain('the command ended the shell that runs commands here');
    expect((await box.exec('cat kept.txt')).output).toBe('kept\n');
  });

  test('killing the shell that waits for the command is noticed at once, and the rest of the command dies', async () => {
    const result = await box.exec('kill -9 $PPID; sleep 30', { timeoutMs: 20_000 });
    expect(result).toMatchObject({ exitCode: 137, timedOut: false, shellLost: true });
    expect(await processesOf(sandboxes.docker, box.id)).toEqual([]);
    expect((await box.exec('echo on')).output).toBe('on\n');
  });

  test('orders to the supervisor that the untrusted command swallows are noticed: what was to die does, the sandbox goes on', async () => {
    await box.exec('echo kept > kept.txt; (exec cat </proc/1/fd/0 >/tmp/orders) & sleep 0.2');
    expect((await box.exec('sleep 60', { timeoutMs: 300 })).timedOut).toBe(true);
    expect(await processesOf(sandboxes.docker, box.id)).not.toContain('sleep 60');
    expect((await box.exec('cat kept.txt')).output).toBe('kept\n');
  });

  test('a sentinel that the untrusted command has read from its own output ends no other command', async () => {
    await box.exec('(timeout 1 cat </proc/$$/fd/1 >/tmp/sentinels; :)', { timeoutMs: 3000 });
    await box.exec('(exec cat </proc/self/fd/1 >>/tmp/sentinels) & sleep 0.2', { timeoutMs: 3000 });
    const { output, exitCode } = await box.exec(
      'cat /tmp/sentinels; echo "$(grep -oE "^[0-9a-f]{32}" /tmp/sentinels) 0 1 1"; exit 3',
    );
    expect(exitCode).toBe(3);
    expect(output).toMatch(/ 0 1 1\n$/);
  });

  test('sh, git and timeout may be replaced', async () => {
    await box.exec('echo kept > kept.txt; printf "#!/bin/bash\\necho fake\\n" > /tmp/fake; chmod +x /tmp/fake');
    await box.exec(
      'for t in /bin/sh /usr/bin/git /usr/bin/timeout; do cp /tmp/fake $t.new && mv $t.new $t; done; sleep 50 &',
    );
    expect((await box.exec('cat kept.txt')).output).toBe('kept\n');
    expect((await box.exec('sleep 60', { timeoutMs: 300 })).timedOut).toBe(true);
    expect((await box.exec('sh -c true; echo on')).output).toBe('fake\non\n');
    expect(await box.diff()).toContain('+kept');
  });

  test('the tools on PATH may be replaced', async () => {
    await box.exec(
      'for t in setsid cat env base64 sleep; do printf "#!/bin/sh\\necho fake" > /usr/local/bin/$t; chmod +x /usr/local/bin/$t; done',
    );
    expect((await box.exec('echo real', { stdin: 'x' })).output).toBe('real\n');
    expect((await box.exec('exec /usr/bin/sleep 60', { timeoutMs: 300 })).timedOut).toBe(true);
  });

  test('shell start-up files and LD_PRELOAD files of the untrusted command do not run for later commands', async () => {
    await box.exec('for f in .bashrc .profile .bash_profile; do echo "echo hijacked" > ~root/$f; done');
    expect((await box.exec('echo clean')).output).toBe('clean\n');
  });
});

describe('limits', () => {
  test('a flood of output costs the host no memory and ends at its time-out', async () => {
    global.gc?.();
    const before = process.memoryUsage().rss;
    let peak = before;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss);
    }, 20);
    const result = await box.exec('yes', { timeoutMs: 3000 });
    clearInterval(watch);
    expect(result).toMatchObject({ timedOut: true, truncated: true, exitCode: 124 });
    expect(Buffer.byteLength(result.output)).toBeLessThan(1.01 * MIB);
    expect((peak - before) / MIB).toBeLessThan(50);
    expect((await box.exec('echo on')).output).toBe('on\n');
  });

  test('a fork bomb meets the pids limit, and its time-out ends it', async () => {
    const small = await sandboxes.open({ limits: { pids: 64 } });
    try {
      const result = await small.exec('f() { f | f & }; f; sleep 60', { timeoutMs: 3000 });
      expect(result.timedOut).toBe(true);
      expect(result.output).toContain('Resource temporarily unavailable');
      expect(await processesOf(sandboxes.docker, small.id)).toEqual([]);
      expect((await small.exec('echo on')).output).toBe('on\n');
    } finally {
      await small.dispose();
    }
  });

  test('a fork bomb left behind ends at most one later command', async () => {
    const small = await sandboxes.open({ limits: { pids: 64 } });
    try {
      await small.exec('f() { f | f & }; f', { timeoutMs: 5000 });
      const outputs: string[] = [];
      for (let i = 0; i < 4; i++) outputs.push((await small.exec('echo on', { timeoutMs: 5000 })).output);
      expect(outputs.filter((output) => output === 'on\n').length).toBeGreaterThanOrEqual(3);
    } finally {
      await small.dispose();
    }
  });

  test('memory beyond the limit ends the process, not the sandbox', async () => {
    const small = await sandboxes.open({ limits: { memoryBytes: 128 * MIB } });
    try {
      const result = await small.exec('python3 -c "x = bytearray(400 * 1024 * 1024); print(1 + 1)"');
      expect(result).toMatchObject({ exitCode: 137, outOfMemory: true, shellLost: false });
      expect(result.output).not.toMatch(/^2$/m);
      expect(await small.exec('kill -9 $$')).toMatchObject({ exitCode: 137, outOfMemory: false });
      expect((await small.exec('echo on')).output).toBe('on\n');
    } finally {
      await small.dispose();
    }
  });

  test('/tmp has a size, and so has any one file', async () => {
    const small = await sandboxes.open({ limits: { diskBytes: 32 * MIB } });
    try {
      const full = await small.exec('for i in 1 2 3; do head -c 20000000 /dev/zero > /tmp/$i || echo failed; done');
      expect(full.output).toContain('No space left on device');
      await small.exec('rm -f /tmp/*');
      expect((await small.exec('echo on > /tmp/x && cat /tmp/x')).output).toBe('on\n');
      const large = await small.exec('head -c 50000000 /dev/zero > /testbed/large; stat -c %s /testbed/large');
      expect(large.output).toContain(String(32 * MIB));
    } finally {
      await small.dispose();
    }
  });
});

describe('isolation', () => {
  test('no network: loopback is all there is, no name resolves, no address answers', async () => {
    expect((await box.exec("tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '")).output).toBe('lo\n');
    const dial = (host: string) => `import socket; socket.create_connection(('${host}', 80), 3)`;
    expect((await box.exec(`python3 -c "${dial('example.org')}"`)).output).toContain('gaierror');
    expect((await box.exec(`python3 -c "${dial('1.1.1.1')}"`)).output).toContain('Network is unreachable');
  });

  test('loopback works: tests may open servers', async () => {
    const serve = 'python3 -m http.server 8000 >/dev/null 2>&1 &';
    const ask = 'until curl -s localhost:8000/README.md; do sleep 0.1; done';
    expect((await box.exec(`${serve} ${ask}`, { cwd: '/testbed', timeoutMs: 60_000 })).output).toBe('# project\n');
  });

  test('no capability, no way to new privileges, a seccomp filter', async () => {
    const { output } = await box.exec('grep -E "^(Cap...|NoNewPrivs|Seccomp):" /proc/self/status');
    const status = Object.fromEntries(
      output
        .trim()
        .split('\n')
        .map((line) => line.split(/:\s+/)),
    );
    expect(status).toMatchObject({
      CapEff: '0000000000000000',
      CapPrm: '0000000000000000',
      CapBnd: '0000000000000000',
    });
    expect(status).toMatchObject({ NoNewPrivs: '1', Seccomp: '2' });
    expect((await box.exec('mount -t tmpfs none /mnt')).exitCode).not.toBe(0);
    expect((await box.exec('chown nobody README.md')).exitCode).not.toBe(0);
  });

  test('no host folder and no engine socket is mounted', async () => {
    const { Mounts, HostConfig } = await sandboxes.docker.getContainer(box.id).inspect();
    expect(Mounts).toEqual([]);
    expect(HostConfig).toMatchObject({ Privileged: false, NetworkMode: 'none', Init: true, AutoRemove: false });
    expect((await box.exec('ls /var/run/docker.sock')).exitCode).not.toBe(0);
  });

  test('output is written to no log of the engine', async () => {
    await box.exec('echo secret');
    const { LogPath } = await sandboxes.docker.getContainer(box.id).inspect();
    expect(LogPath).toBe('');
  });
});

test('a clock that jumps changes neither durations nor time-outs', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    const running = box.exec('sleep 0.5; echo slept', { timeoutMs: 20_000 });
    vi.setSystemTime(Date.now() + 3600_000);
    const { output, durationMs } = await running;
    expect(output).toBe('slept\n');
    expect(durationMs).toBeGreaterThan(400);
    expect(durationMs).toBeLessThan(20_000);
    vi.setSystemTime(0);
    expect((await box.exec('sleep 60', { timeoutMs: 300 })).timedOut).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});
