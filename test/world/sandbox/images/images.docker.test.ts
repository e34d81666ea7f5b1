// Images: what is in them, what is not, when they are built again, and what a failed build says.
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { silent } from '../../../../src/core/run/events.ts';
import { ConfigError } from '../../../../src/core/schema/errors.ts';
import { checkDisk } from '../../../../src/world/sandbox/engine/disk.ts';
import { BASE_IMAGE, ensureBase } from '../../../../src/world/sandbox/images/base-image.ts';
import { buildImage } from '../../../../src/world/sandbox/images/build-image.ts';
import { builtFrom, movedBases } from '../../../../src/world/sandbox/images/built-from.ts';
import { extraCaPem, splitPem } from '../../../../src/world/sandbox/images/extra-ca.ts';
import { type ImageSource, imageState } from '../../../../src/world/sandbox/images/image-state.ts';
import type { Sandbox } from '../../../../src/world/sandbox/sandbox.ts';
import { type TestSandboxes, testSandboxes } from '../../../support/sandbox.ts';

const TAG = 'stepwright/test-build:1';

let sandboxes: TestSandboxes;
let docker: Docker;
beforeAll(async () => {
  sandboxes = await testSandboxes();
  docker = sandboxes.docker;
});

/** Empty for an image that is gone by now. */
const historyOf = (image: string): Promise<string> =>
  docker
    .getImage(image)
    .history()
    .then(JSON.stringify, () => '');

describe('the base image', () => {
  let box: Sandbox;
  beforeAll(async () => {
    box = await sandboxes.backend.open({ image: BASE_IMAGE });
  });
  afterAll(() => box.dispose());

  test.each(['bash', 'git', 'patch', 'python3', 'python', 'pip3', 'node', 'npm', 'npx', 'rg', 'curl'])(
    'has %s',
    async (program) => {
      expect((await box.exec(`${program} --version`)).exitCode).toBe(0);
    },
  );

  test('can make Python environments without a network', async () => {
    expect(await box.exec('python3 -m venv /tmp/v && /tmp/v/bin/python -c "print(1)"')).toMatchObject({
      output: '1\n',
    });
  });
});

test("nothing of the host's extra certificates is in a final image or its history", async (context) => {
  const certificates = splitPem(await extraCaPem());
  if (certificates.length === 0) return context.skip('this host trusts no extra certificates');
  const lines = certificates.map((pem) => pem.split('\n')[2] ?? '');
  await using box = await sandboxes.open();
  // A sandbox keeps a command's stdin in a file: this one finds what it searches for there, and nowhere else.
  const search = `grep -rlaF -f - / --exclude-dir=proc --exclude-dir=sys 2>/dev/null | grep -v '^/var/lib/stepwright/stdin[.]'`;
  const files = await box.exec(search, { stdin: `${lines.join('\n')}\n` });
  expect(files.output).toBe('');
  for (const tag of [BASE_IMAGE, sandboxes.image]) {
    const history = await historyOf(tag);
    for (const line of lines) expect(history).not.toContain(line);
    expect(history).not.toContain('EXTRA_CA');
  }
});

describe('building', () => {
  let source: ImageSource;
  beforeEach(async () => {
    const dir = await mkdtemp(join(tmpdir(), 'stepwright-image-'));
    await writeFile(join(dir, 'file.txt'), 'one');
    await writeFile(join(dir, 'Dockerfile'), `FROM ${BASE_IMAGE}\nCOPY file.txt /file.txt\n`);
    source = { tag: TAG, dir, from: BASE_IMAGE };
  });
  afterEach(async () => {
    await docker
      .getImage(TAG)
      .remove()
      .catch(() => undefined);
    await rm(source.dir, { recursive: true });
  });

  test('an image is missing, then built, then out of date when its folder changes', async () => {
    expect(await imageState(docker, source)).toBe('missing');
    await buildImage(docker, source);
    expect(await imageState(docker, source)).toBe('built');
    await writeFile(join(source.dir, 'file.txt'), 'two');
    expect(await imageState(docker, source)).toBe('out of date');
    await buildImage(docker, source);
    expect(await imageState(docker, source)).toBe('built');
    await using box = await sandboxes.backend.open({ image: TAG });
    expect((await box.readFile('/file.txt')).toString()).toBe('two');
  });

  test('a build has no network unless its source asks for one, and limits in any case', async () => {
    const look =
      'ls /sys/class/net; cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null';
    await writeFile(join(source.dir, 'Dockerfile'), `FROM ${BASE_IMAGE}\nRUN { ${look}; } > /seen; true\n`);
    const seen = async (): Promise<string[]> => {
      await using box = await sandboxes.backend.open({ image: TAG });
      return (await box.readFile('/seen')).toString().trim().split('\n');
    };
    await buildImage(docker, source);
    expect(await seen()).toEqual(['lo', String(4 * 1024 ** 3)]);
    await buildImage(docker, { ...source, network: 'host' });
    expect((await seen()).at(-1)).toBe(String(4 * 1024 ** 3));
  });

  test('an image says what it was built on, and a base whose tag moved since is named', async () => {
    const base = 'stepwright/test-moved:1';
    const tagBase = (image: string) => docker.getImage(image).tag({ repo: 'stepwright/test-moved', tag: '1' });
    await tagBase(BASE_IMAGE);
    await writeFile(join(source.dir, 'Dockerfile'), `FROM ${base} AS made\nFROM made\n`);
    await buildImage(docker, { tag: TAG, dir: source.dir });
    const { Id: id } = await docker.getImage(BASE_IMAGE).inspect();
    expect(await builtFrom(docker, TAG)).toEqual([{ name: base, id, digests: expect.any(Array) }]);
    expect(await movedBases(docker, TAG)).toEqual([]);
    await tagBase(sandboxes.image);
    expect(await movedBases(docker, TAG)).toEqual([
      expect.stringMatching(
        /^stepwright\/test-build:1 was built on stepwright\/test-moved:1 when that was [0-9a-f]{12}; it is/,
      ),
    ]);
    await docker.getImage(base).remove();
  });

  test('a Dockerfile and an instance may name an image by its id', async () => {
    const { Id: id } = await docker.getImage(sandboxes.image).inspect();
    await writeFile(join(source.dir, 'Dockerfile'), `FROM ${id}\nRUN touch /made\n`);
    await buildImage(docker, { tag: TAG, dir: source.dir });
    expect(await builtFrom(docker, TAG)).toMatchObject([{ name: id, id }]);
    const { Id: built } = await docker.getImage(TAG).inspect();
    await using box = await sandboxes.backend.open({ image: built });
    expect((await box.exec('ls /made README.md')).exitCode).toBe(0);
  });

  test('STEPWRIGHT_DEBIAN has to name a digest', async () => {
    onTestFinished(() => void vi.unstubAllEnvs());
    vi.stubEnv('STEPWRIGHT_DEBIAN', 'debian:bookworm-slim');
    await expect(ensureBase(docker, silent)).rejects.toThrow(
      /^STEPWRIGHT_DEBIAN: debian:bookworm-slim names no digest/,
    );
  });

  test('the same folder elsewhere is the same image', async () => {
    await buildImage(docker, source);
    const copy = await mkdtemp(join(tmpdir(), 'stepwright-image-'));
    await cp(source.dir, copy, { recursive: true });
    expect(await imageState(docker, { ...source, dir: copy })).toBe('built');
    await rm(copy, { recursive: true });
  });

  test('the superseded image is removed', async () => {
    await buildImage(docker, source);
    const { Id } = await docker.getImage(TAG).inspect();
    await writeFile(join(source.dir, 'file.txt'), 'two');
    await buildImage(docker, source);
    await expect(docker.getImage(Id).inspect()).rejects.toMatchObject({ statusCode: 404 });
  });

  test('a download stage gets EXTRA_CA and leaves no image behind', async () => {
    const unique = `only-in-fetch-${Date.now()}`;
    await writeFile(
      join(source.dir, 'Dockerfile'),
      `FROM ${BASE_IMAGE} AS fetch
ARG EXTRA_CA
RUN trust-extra-ca && printf %s "$EXTRA_CA" | wc -c > /size && touch /${unique}
FROM ${BASE_IMAGE}
COPY --from=fetch /size /size
`,
    );
    await buildImage(docker, source);
    for (const { Id } of await docker.listImages({ all: true })) expect(await historyOf(Id)).not.toContain(unique);
    await using box = await sandboxes.backend.open({ image: TAG });
    expect((await box.readFile('/size')).toString().trim()).toBe(String((await extraCaPem()).length));
  });

  test('stages are removed when the last of several builds has ended: one may stand on what another left', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'stepwright-image-'));
    const slow = { ...source, tag: 'stepwright/test-build-slow:1', dir };
    const unique = `/only-in-fetch-${Date.now()}`;
    const dockerfile = (seconds: number) =>
      `FROM ${BASE_IMAGE} AS fetch\nRUN sleep ${seconds}; touch ${unique}\nFROM ${BASE_IMAGE}\nCOPY --from=fetch ${unique} /x\n`;
    const stagesLeft = async (): Promise<boolean> => {
      const all = await docker.listImages({ all: true });
      const histories = await Promise.all(all.map(({ Id }) => historyOf(Id).catch(() => '')));
      return histories.some((history) => history.includes(`touch ${unique}`));
    };
    await writeFile(join(source.dir, 'Dockerfile'), dockerfile(1));
    await writeFile(join(dir, 'Dockerfile'), dockerfile(8));
    const slowBuild = buildImage(docker, slow);
    await buildImage(docker, source);
    expect(await stagesLeft()).toBe(true);
    await slowBuild;
    expect(await stagesLeft()).toBe(false);
    await docker.getImage(slow.tag).remove();
    await rm(dir, { recursive: true });
  });

  test('a failing step is one line: what it said last, and where the log is', async () => {
    await writeFile(
      join(source.dir, 'Dockerfile'),
      `FROM ${BASE_IMAGE}\nRUN echo starting; echo "error: no such thing ${Date.now()}" >&2; exit 9\n`,
    );
    const error = await buildImage(docker, source).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message).toMatch(
      /^Cannot build stepwright\/test-build:1: error: no such thing \d+ \(log: .*\.log\)$/,
    );
  });

  test('a Dockerfile that is none is one line too', async () => {
    await writeFile(join(source.dir, 'Dockerfile'), 'FROM\n');
    await expect(buildImage(docker, source)).rejects.toThrow(/^Cannot build stepwright\/test-build:1: .*FROM requires/);
  });
});

test('too little disk is told with what is needed and what is free', async () => {
  await expect(checkDisk(docker, 1e18, 'image x')).rejects.toThrow(
    /^Not enough disk for image x: 1000000000\.0 GB needed, \d+\.\d GB free at \//,
  );
  await checkDisk(docker, 1, 'image x');
});
