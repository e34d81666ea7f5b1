// A sandbox with an allow-list: what it can reach, what it cannot, and what is left of it.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SandboxError } from '../../../src/core/schema/errors.ts';
import { LABEL } from '../../../src/world/sandbox/container/owner.ts';
import { reap } from '../../../src/world/sandbox/container/reaper.ts';
import type { Sandbox } from '../../../src/world/sandbox/sandbox.ts';
import { type TestSandboxes, testSandboxes } from '../../support/sandbox.ts';

let sandboxes: TestSandboxes;
let server: Server;
/** This machine, as containers on the engine's bridge see it. */
let host: string;
let url: string;
let box: Sandbox;
beforeAll(async () => {
  sandboxes = await testSandboxes();
  server = createServer((request, response) => response.end(`you asked for ${request.url}\n`)).listen(0, '0.0.0.0');
  await once(server, 'listening');
  host = await gatewayOf(sandboxes);
  url = `http://${host}:${(server.address() as AddressInfo).port}/`;
  box = await sandboxes.open({ network: { allow: [host, '*.allowed.invalid'] } });
}, 300_000);
afterAll(async () => {
  await box.dispose();
  server.close();
});

/** As a container has it: of its bridge, Docker 20.10 reports none until its daemon was started a second time. */
async function gatewayOf({ docker, image }: TestSandboxes): Promise<string> {
  const container = await docker.createContainer({
    Image: image,
    Cmd: ['sleep', '60'],
    HostConfig: { NetworkMode: 'bridge' },
  });
  try {
    await container.start();
    return (await container.inspect()).NetworkSettings.Networks.bridge!.Gateway;
  } finally {
    await container.remove({ force: true });
  }
}

const code = "-s -m 10 -o /dev/null -w '%{http_code}'";

test('an allowed host answers', async () => {
  expect((await box.exec(`curl -s -m 10 ${url}packages`)).output).toBe('you asked for /packages\n');
});

test('names below an allowed one are asked for, others are refused', async () => {
  // Allowed, and nowhere: the proxy says that it does not find it.
  expect((await box.exec(`curl ${code} http://a.allowed.invalid/`)).output).toBe('500');
  for (const name of ['allowed.invalid', 'notallowed.invalid', 'x.allowed.invalid.example.org', 'example.org'])
    expect([name, (await box.exec(`curl ${code} http://${name}/`)).output]).toEqual([name, '403']);
});

test('an empty list allows nothing', async () => {
  await using none = await sandboxes.open({ network: { allow: [] } });
  for (const target of [url, 'http://example.org/'])
    expect((await none.exec(`curl ${code} ${target}`)).output).toBe('403');
});

test('a tunnel leads to TLS alone', async () => {
  const { output } = await box.exec(`curl ${code} --proxytunnel ${url}; curl -s -m 10 -v --proxytunnel ${url} 2>&1`);
  expect(output).toMatch(/^000/);
  expect(output).toMatch(/< HTTP\/1\.\d 403/);
});

test('past the proxy there is nothing: neither the host, nor a name, nor another sandbox', async () => {
  await using other = await sandboxes.open({ network: { allow: ['example.org'] } });
  const [proxy, neighbour] = await Promise.all([box, other].map((one) => one.exec('echo -n $http_proxy')));
  expect(proxy!.output).not.toBe(neighbour!.output);
  const direct = (target: string) => box.exec(`curl ${code} --noproxy '*' -m 2 ${target}`);
  const gateway = proxy!.output.replace(/\.\d+:\d+$/, `.1:${new URL(url).port}`);
  for (const target of [url, gateway, neighbour!.output]) expect((await direct(target)).output).toBe('000');
  expect((await box.exec('python3 -c "import socket; socket.gethostbyname(\'example.org\')"')).exitCode).toBe(1);
});

test('a fork reaches what it was forked from reaches; its patch is as ever', async () => {
  await box.exec(`curl -s ${url}new > fetched.txt`);
  await using fork = await box.fork();
  expect((await fork.exec(`curl -s -m 10 ${url}again`)).output).toBe('you asked for /again\n');
  expect(await fork.diff()).toContain('+you asked for /new');
});

test('nothing is left when it is disposed of', async () => {
  const filters = { label: [`${LABEL.run}=gone`] };
  const gone = await sandboxes.open({ network: { allow: [host] }, runId: 'gone' });
  expect(await sandboxes.docker.listNetworks({ filters })).toHaveLength(1);
  await gone.dispose();
  expect(await sandboxes.docker.listNetworks({ filters })).toEqual([]);
  expect(await sandboxes.docker.listContainers({ all: true, filters })).toEqual([]);
});

test('what a dead run left is reaped', async () => {
  const Labels = { [LABEL.run]: 'dead', [LABEL.deadline]: '1' };
  const network = await sandboxes.docker.createNetwork({
    Name: `stepwright-dead-${process.pid}`,
    Internal: true,
    Labels,
  });
  expect(await reap(sandboxes.docker)).toContain(network.id);
  await expect(network.inspect()).rejects.toThrow('not found');
});

test('what is no host name is told', async () => {
  const opened = sandboxes.open({ network: { allow: ['http://x/'] } });
  await expect(opened).rejects.toThrow(SandboxError);
  await expect(opened).rejects.toThrow('Allowed host "http://x/": not a name. Give one as example.org');
});
