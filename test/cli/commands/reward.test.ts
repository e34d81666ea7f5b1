// `reward` through the real program: files, HTTP on loopback, and its Python client.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { execa } from 'execa';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../support/temp.ts';

const root = join(import.meta.dirname, '../../..');
const PROGRAM = join(root, 'bin/stepwright.mjs');
const GOLDEN = join(root, 'test/fixtures/difflib.jsonl.gz');

const reward = (...argv: string[]) => execa('node', [PROGRAM, 'reward', ...argv], { reject: false });
const file = (content: string | Buffer, name = 'pairs.jsonl'): string => {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
};
const answers = (stdout: string): unknown[] => stdout.split('\n').map((line) => JSON.parse(line));

const bash = (command: string) => `<function=bash>\n<parameter=command>${command}</parameter>\n</function>`;
const TIDE = { a: 'tide', b: 'diet' };
const TIDE_REWARD = { similarity: 0.25, reward: 0.25, format_ok: true };
const BROKEN_REWARD = { similarity: 0, reward: -1, format_ok: false };

describe('reward --pairs', () => {
  test('ends without a word, as if by SIGPIPE, when whoever reads it has left', async () => {
    const pairs = file(`${JSON.stringify(TIDE)}\n`.repeat(50_000));
    const script = `node ${PROGRAM} reward --pairs ${pairs} | head -n 1; exit $\{PIPESTATUS[0]}`;
    const { stdout, stderr, exitCode } = await execa('bash', ['-c', script], { reject: false });
    expect(answers(stdout)).toEqual([TIDE_REWARD]);
    expect([stderr, exitCode]).toEqual(['', 141]);
  });

  test('one line a pair, in order', async () => {
    const rows = [
      TIDE,
      { text: `<think>t</think>${bash('ls')}`, expert: bash('ls') },
      { text: 'ls', expert: bash('ls') },
    ];
    const { stdout, stderr, exitCode } = await reward(
      '--pairs',
      file(rows.map((row) => JSON.stringify(row)).join('\n')),
    );
    expect(answers(stdout)).toEqual([TIDE_REWARD, { similarity: 1, reward: 1, format_ok: true }, BROKEN_REWARD]);
    expect([stderr, exitCode]).toEqual(['', 0]);
  });

  test('compressed files, on threads, as in Python', async () => {
    const { stdout } = await reward('--pairs', GOLDEN, '--workers', '2');
    const rows = answers(gunzipSync(readFileSync(GOLDEN)).toString().trimEnd()) as { ratio: number }[];
    expect(answers(stdout)).toEqual(rows.map(({ ratio }) => ({ similarity: ratio, reward: ratio, format_ok: true })));
  });

  test.each([
    ['--format', 'lenient', `I look.\n${bash('ls')}`],
    ['--tool-format', 'bash_block', '<think>t</think>\n```bash\nls\n```'],
  ])('%s %s is obeyed', async (option, value, text) => {
    const pairs = file(JSON.stringify({ text, expert: bash('ls') }));
    expect(answers((await reward('--pairs', pairs)).stdout)).toEqual([BROKEN_REWARD]);
    expect(answers((await reward('--pairs', pairs, option, value)).stdout)).toMatchObject([{ reward: 1 }]);
  });

  test('another similarity, for study', async () => {
    const { stdout } = await reward('--pairs', file('{"a":"kitten","b":"sitting"}'), '--similarity', 'levenshtein');
    expect(answers(stdout)).toMatchObject([{ reward: 0.5714285714285714 }]);
  });

  test('bad rows are told with file, line and byte, and counted; the good ones are kept', async () => {
    const good = JSON.stringify(TIDE);
    const pairs = file(
      Buffer.concat([
        Buffer.from(`${good}\n{"a":1}\n\nnonsense\n${good}\n`),
        Buffer.from([0x22, 0xff, 0x22, 0x0a]),
        Buffer.from(`{"a":"\0","b":""}\n${'['.repeat(1000)}\n${good}\n{"a":"torn`),
      ]),
    );
    const { stdout, stderr, exitCode } = await reward('--pairs', pairs);
    expect(answers(stdout)).toEqual([TIDE_REWARD, TIDE_REWARD, TIDE_REWARD]);
    expect(stderr.replaceAll(pairs, 'pairs.jsonl')).toMatchInlineSnapshot(`
      "pairs.jsonl:2 (byte 24): expected strings \`a\` and \`b\`, or \`text\` and \`expert\`; \`a\` is 1
      pairs.jsonl:4 (byte 33): not JSON (Unexpected token 'o', "nonsense" is not valid JSON)
      pairs.jsonl:6 (byte 66): not UTF-8 from its byte 1 on
      pairs.jsonl:7 (byte 70): not JSON (NUL at its byte 6)
      pairs.jsonl:8 (byte 87): not read: nested deeper than 200
      pairs.jsonl:10 (byte 1112): not JSON (Unterminated string in JSON at position 10)
      rows without a reward: 6"
    `);
    expect(exitCode).toBe(1);
  });

  test('a file that breaks off: what came before is kept', async () => {
    const whole = gzipSync(`${JSON.stringify(TIDE)}\n`.repeat(50_000));
    const pairs = file(whole.subarray(0, whole.length - 100), 'pairs.jsonl.gz');
    const { stdout, stderr, exitCode } = await reward('--pairs', pairs);
    expect(answers(stdout).length).toBeGreaterThan(1000);
    expect(stderr).toMatch(
      /pairs\.jsonl\.gz:\d+ \(byte \d+\): gzip: unexpected end of file\nrows without a reward: 1$/,
    );
    expect(exitCode).toBe(1);
  });

  test.each([
    ['nothing to do', [], 'Nothing to reward: give --pairs FILE, or --serve.'],
    ['a missing file', ['--pairs', 'nowhere.jsonl'], 'nowhere.jsonl: no such file.'],
    ['a file without pairs', ['--pairs', '/dev/null'], '/dev/null: there are no pairs in it.'],
    ['two things to do', ['--pairs', GOLDEN, '--serve'], '--serve: give either --serve or --pairs.'],
    ['an unknown similarity', ['--pairs', GOLDEN, '--similarity', 'x'], '--similarity: expected one of '],
  ])('%s is refused', async (_what, argv, message) => {
    const { stderr, exitCode } = await reward(...argv);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
  });
});

describe('reward --serve', () => {
  async function serve(...argv: string[]) {
    const server = spawn('node', [PROGRAM, 'reward', '--serve', ...argv], { stdio: ['pipe', 'pipe', 'inherit'] });
    onTestFinished(() => void server.kill('SIGKILL'));
    const [line] = await once(server.stdout, 'data');
    return { server, url: (JSON.parse(String(line)) as { url: string }).url };
  }

  test('over HTTP: a line for every line, in order, bad ones as errors; Ctrl-C ends it', async () => {
    const { server, url } = await serve();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const post = (body: string) => fetch(`${url}/rewards`, { method: 'POST', body });
    const answer = await post(`${JSON.stringify(TIDE)}\nnonsense\n{"text":"","expert":""}`);
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
    expect(answers((await answer.text()).trimEnd())).toEqual([
      TIDE_REWARD,
      { error: expect.stringContaining('not JSON') },
      BROKEN_REWARD,
    ]);
    expect(await (await post('')).text()).toBe('');
    expect((await fetch(`${url}/elsewhere`)).status).toBe(404);
    expect(await (await fetch(`${url}/health`)).json()).toEqual({ ok: true });
    server.kill('SIGINT');
    expect(await once(server, 'exit')).toEqual([130, null]);
  });

  test('a port that is taken is refused', async () => {
    const { url } = await serve();
    const { stderr, exitCode } = await reward('--serve', '--port', new URL(url).port);
    expect(stderr).toContain(`(EADDRINUSE). Give another --port.`);
    expect(exitCode).toBe(2);
  });

  test('over stdio: each line is answered when it comes', async () => {
    const server = spawn('node', [PROGRAM, 'reward', '--serve', 'stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    for (let round = 0; round < 3; round++) {
      server.stdin.write(`${JSON.stringify(TIDE)}\n`);
      expect(JSON.parse(String((await once(server.stdout, 'data'))[0]))).toEqual(TIDE_REWARD);
    }
    server.stdin.end('{"text":"","expert":""}');
    expect(JSON.parse(String((await once(server.stdout, 'data'))[0]))).toEqual(BROKEN_REWARD);
    expect(await once(server, 'exit')).toEqual([0, null]);
  });

  describe('the Python client', () => {
    const python = async (script: string): Promise<unknown> => {
      const env = { PYTHONPATH: join(root, 'engines'), PROGRAM, GOLDEN };
      return JSON.parse((await execa('python3', ['-c', `${PRELUDE}\n${script}`], { env })).stdout);
    };
    const PRELUDE = `
import gzip, json, os, threading
from stepwright_reward import StepReward
command = ("node", os.environ["PROGRAM"])
rows = [json.loads(line) for line in gzip.open(os.environ["GOLDEN"])]
texts, experts = [row["a"] for row in rows], [row["b"] for row in rows]
`;

    test('starts the program by itself, and gives what difflib gives', async () => {
      expect(
        await python(`
from difflib import SequenceMatcher
with StepReward(command=command) as reward:
    equal = reward.similarities(texts, experts) == [SequenceMatcher(None, a, b).ratio() for a, b in zip(texts, experts)]
    action = "<function=bash>\\n<parameter=command>ls</parameter>\\n</function>"
    print(json.dumps([equal, reward(["<think>t</think>" + action, action], [action, action]), reward([], [])]))`),
      ).toEqual([true, [1, -1], []]);
    });

    test('passes options on; threads share it, a fork has its own', async () => {
      expect(
        await python(`
reward = StepReward(command=command, similarity="levenshtein", format="lenient", autojunk=False, workers=0)
seen = {}
def ask(count):
    seen[count] = reward.similarities(["kitten"] * count, ["sitting"] * count)
threads = [threading.Thread(target=ask, args=(count,)) for count in range(1, 9)]
for thread in threads: thread.start()
for thread in threads: thread.join()
read, write = os.pipe()
if os.fork() == 0:
    os.write(write, json.dumps(reward.similarities(["a"], ["a"])).encode())
    reward.close()
    os._exit(0)
os.wait()
print(json.dumps([all(seen[count] == [0.5714285714285714] * count for count in range(1, 9)), json.loads(os.read(read, 100)), reward.similarities(["a"], ["b"])]))
reward.close()`),
      ).toEqual([true, [1], [0]]);
    });

    test('says what is wrong', async () => {
      expect(
        await python(`
said = []
def attempt(work):
    try: work()
    except Exception as error: said.append(f"{type(error).__name__}: {error}".replace(os.environ["PROGRAM"], "stepwright"))
with StepReward(command=command) as reward:
    attempt(lambda: reward.score([{"a": "x", "b": "x"}, {"a": 1}]))
    attempt(lambda: reward(["x"], []))
    said.append(reward.similarities(["x"], ["x"]))
attempt(lambda: StepReward(command=command, format="none")(["x"], ["y"]))
attempt(lambda: StepReward(url="http://127.0.0.1:1", format="lenient"))
print(json.dumps(said))`),
      ).toEqual([
        'ValueError: pair 1: expected strings `a` and `b`, or `text` and `expert`; `a` is 1',
        'ValueError: 1 texts, but 0 experts',
        [1],
        'ConnectionError: node stepwright reward --serve stdio --format none: ended with code 2',
        'ValueError: format: give them to the server at http://127.0.0.1:1 instead',
      ]);
    });

    test('is right again after a call was interrupted half-way', async () => {
      expect(
        await python(`
class Interrupted(BaseException): pass
class BrokenOff:
    """Reads one answer, then is interrupted, as by Ctrl-C."""
    def __init__(self, stream): self.stream, self.left = stream, 1
    def close(self): self.stream.close()
    def readline(self):
        if self.left == 0: raise Interrupted()
        self.left -= 1
        return self.stream.readline()
with StepReward(command=command) as reward:
    said = [reward.similarities(["x"], ["x"])]
    process = reward._ask._process
    process.stdout = BrokenOff(process.stdout)
    try: reward.similarities(texts, experts)
    except Interrupted: said.append("interrupted")
    if isinstance(process.stdout, BrokenOff): process.stdout = process.stdout.stream
    said.append(reward.similarities(["kitten", "x"], ["y", "x"]))
print(json.dumps(said))`),
      ).toEqual([[1], 'interrupted', [0, 1]]);
    });

    test('asks a server', async () => {
      const { url } = await serve();
      expect(
        await python(`
reward = StepReward(url="${url}")
said = [reward.similarities(texts, experts) == [row["ratio"] for row in rows]]
try: reward.score([{"a": 1}])
except ValueError as error: said.append(str(error))
print(json.dumps(said))`),
      ).toEqual([true, 'pair 0: expected strings `a` and `b`, or `text` and `expert`; `a` is 1']);
    });
  });
});
