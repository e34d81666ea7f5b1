// An engine's upgraded connection, from a real HTTP server: all bytes, in their order, in one place, and none while it is paused.
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo, ListenOptions } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { createAgent, readInPlace } from '../../../../src/world/sandbox/engine/read-in-place.ts';

const SENT = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => i % 251));

const server = createServer();
afterEach(() => {
  server.close().removeAllListeners('upgrade');
});

/** The client's end of a connection on which the server does as `serve` says. */
async function connect(listen: ListenOptions, serve: (socket: Duplex) => unknown): Promise<Duplex> {
  server.once('upgrade', (_, socket) => {
    socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
    serve(socket);
  });
  await once(server.listen(listen), 'listening');
  const { port } = server.address() as AddressInfo;
  const to = listen.path === undefined ? { port } : { socketPath: listen.path };
  const headers = { Connection: 'Upgrade', Upgrade: 'tcp' };
  const [, stream, head] = await once(request({ ...to, headers, agent: createAgent() }).end(), 'upgrade');
  if (head.length > 0) stream.unshift(head);
  return stream;
}

test.each<[string, ListenOptions]>([
  ['a socket of the file system', { path: join(tmpdir(), `stepwright-test-${process.pid}.sock`) }],
  ['TCP', { port: 0, host: '127.0.0.1' }],
])('%s: what came before anybody listened, then the rest, read into one place', async (_, listen) => {
  const early = 2000;
  const stream = await connect(listen, async (socket) => {
    for (const from of [0, early / 2]) {
      await sleep(50);
      socket.write(SENT.subarray(from, from + early / 2));
    }
    await once(socket, 'data');
    socket.end(SENT.subarray(early));
  });
  while (stream.readableLength < early) await sleep(5);
  stream.write('listening');
  const places = new Set<ArrayBufferLike>();
  const parts: Buffer[] = [];
  readInPlace(stream, (bytes) => {
    places.add(bytes.buffer);
    parts.push(Buffer.from(bytes));
  });
  await once(stream, 'end');
  expect(Buffer.concat(parts).equals(SENT)).toBe(true);
  expect(places.size).toBeLessThan(parts.length / 4);
});

test('a paused stream is not read', async () => {
  const stream = await connect({ port: 0, host: '127.0.0.1' }, (socket) => socket.end(SENT));
  let heard = 0;
  readInPlace(stream, (bytes) => {
    heard += bytes.length;
    stream.pause();
  });
  await sleep(200);
  expect(heard).toBeLessThan(SENT.length / 4);
  const again = setInterval(() => stream.resume(), 1);
  await once(stream, 'end');
  clearInterval(again);
  expect(heard).toBe(SENT.length);
});
