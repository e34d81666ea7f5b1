// Commands that mean harm: to what runs them, to what is believed of them, to the commands after them.
import assert from 'node:assert/strict';
import type { ConformanceCase } from '../case.ts';

const attacks: [name: string, command: string][] = [
  ['the shell that waits for it', 'kill -9 $PPID'],
  ['everything', 'kill -9 -1'],
  ['everything, stopped instead of killed', 'kill -STOP -1'],
];

export const hostileCases: ConformanceCase[] = [
  {
    name: 'output that looks like an end changes nothing',
    async run({ box }) {
      const sentinel = '0123456789abcdef'.repeat(2);
      const result = await box.exec(`echo ${sentinel} 0 1 2; echo more; exit 3`);
      assert.equal(result.output, `${sentinel} 0 1 2\nmore\n`);
      assert.equal(result.exitCode, 3);
    },
  },
  {
    name: 'what waits for a command shows it neither memory nor descriptors',
    async run({ box }) {
      const { output } = await box.exec(
        'for f in mem environ fd/0; do (exec 7</proc/$PPID/$f) 2>/dev/null && echo $f; done; (exec 7>/proc/$PPID/fd/1) 2>/dev/null && echo fd/1',
      );
      assert.equal(output, '');
    },
  },
  {
    name: 'no sentinel stands in what a command can read',
    async run({ box }) {
      const { output } = await box.exec('cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null');
      assert.doesNotMatch(output, /[0-9a-f]{32}/);
    },
  },
  ...attacks.map(
    ([name, command]): ConformanceCase => ({
      name: `a command that ends ${name} is reported so, and the files are as they were`,
      async run({ open }) {
        await using box = await open();
        await box.exec('echo kept > kept.txt');
        const result = await box.exec(`echo words; sleep 0.2; ${command}; sleep 20`, { timeoutMs: 4000 });
        assert.match(result.output, /^words\n/);
        assert.notEqual(result.exitCode, 0);
        assert.equal((await box.exec('cat kept.txt')).output, 'kept\n');
      },
    }),
  ),
  {
    name: 'closing every descriptor loses the output, not the exit code',
    async run({ box }) {
      const result = await box.exec('exec 0<&- 1>&- 2>&-; exit 7');
      assert.deepEqual([result.output, result.exitCode], ['', 7]);
    },
  },
  {
    name: 'a fork bomb meets the limit of processes and ends at its time-out',
    async run({ open }) {
      await using box = await open({ limits: { pids: 64 } });
      assert.equal((await box.exec('f() { f | f & }; f; sleep 60', { timeoutMs: 2000 })).timedOut, true);
      assert.equal((await box.exec('echo on')).output, 'on\n');
    },
  },
  {
    name: 'start-up files, PATH and LD_PRELOAD of one command reach no other',
    async run({ box }) {
      const env = { BASH_ENV: '/tmp/env', ENV: '/tmp/env', PATH: '/nowhere', LD_PRELOAD: '/nowhere.so' };
      await box.exec('echo "echo started" > /tmp/env');
      await box.exec(':', { env });
      assert.equal(
        (await box.exec('echo "$PATH$BASH_ENV$ENV$LD_PRELOAD" | grep -c nowhere; ls /tmp/env')).output,
        '0\n/tmp/env\n',
      );
    },
  },
  {
    name: 'a command that opens every descriptor it may harms no other',
    async run({ box }) {
      await box.exec('i=3; while [ $i -lt 200 ]; do eval "exec $i</dev/null" || break; i=$((i+1)); done 2>/dev/null');
      assert.equal((await box.exec('ls /proc/self/fd | wc -l')).output.trim(), '4');
    },
  },
  {
    name: 'sh may be replaced: time-outs and files go on',
    async run({ open }) {
      await using box = await open();
      await box.exec('echo kept > kept.txt; printf "#!/no\\n" > /bin/new; chmod +x /bin/new; mv /bin/new /bin/sh');
      assert.equal((await box.exec('cat kept.txt; sleep 60', { timeoutMs: 500 })).timedOut, true);
      assert.equal((await box.readFile('kept.txt')).toString(), 'kept\n');
    },
  },
];
