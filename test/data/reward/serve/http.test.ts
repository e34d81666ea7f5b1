import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { request, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { openScorer, type Scorer } from '../../../../src/data/reward/scorer.ts';
import { serveHttp } from '../../../../src/data/reward/serve/http.ts';

const PAIR = '{"a":"abc","b":"abd"}\n';

async function serve(options: { idleMs?: number; scorer?: (real: Scorer) => Scorer } = {}) {
  const real = await openScorer({ workers: 0 });
  const { scorer = (same) => same, ...how } = options;
  const server = await serveHttp(scorer(real), 0, how);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return Number(new URL(server.url).port);
}

function open(port: number): Socket {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  socket.write(`POST /rewards HTTP/1.1\r\nHost: localhost:${port}\r\nTransfer-Encoding: chunked\r\n\r\n`);
  return socket;
}

const chunk = (body: string): string => `${body.length.toString(16)}\r\n${body}\r\n`;

test.each([
  { headers: { host: '127.0.0.1' }, status: 200 },
  { headers: { host: 'localhost:1' }, status: 200 },
  { headers: { host: '[::1]:8717' }, status: 200 },
  { headers: { host: 'evil.example' }, status: 403 },
  { headers: { host: 'localhost.evil.example' }, status: 403 },
  { headers: { host: '127.0.0.1', origin: 'https://evil.example' }, status: 403 },
  { headers: { host: '127.0.0.1', origin: 'null' }, status: 403 },
])('a request with $headers is answered $status', async ({ headers, status }) => {
  const port = await serve();
  const sent = request({ port, host: '127.0.0.1', method: 'POST', path: '/rewards', headers });
  sent.on('error', () => undefined).end(PAIR);
  const [response] = await once(sent, 'response');
  response.resume();
  expect(response.statusCode).toBe(status);
});

test('a client that sends and never reads is not read any further, and what it does not read is bounded', async () => {
  const port = await serve();
  const socket = open(port).pause();
  const body = chunk('{}\n'.repeat(200_000)); // answers are many times as long
  let sent = 0;
  const before = process.memoryUsage().rss;
  while (sent < 120e6) {
    sent += body.length;
    if (socket.write(body)) continue;
    const isDrained = await Promise.race([once(socket, 'drain').then(() => true), sleep(1500).then(() => false)]);
    if (!isDrained) break;
  }
  expect(sent).toBeLessThan(120e6);
  expect((process.memoryUsage().rss - before) / 1e6).toBeLessThan(200);
});

test('a connection on which nothing happens ends; one that is slow to be sent does not', async () => {
  const port = await serve({ idleMs: 1000 });
  const idle = open(port);
  const slow = open(port);
  let answers = '';
  slow.on('data', (data) => (answers += data));
  let hasEnded = false;
  idle.resume().once('close', () => {
    hasEnded = true;
  });
  let sent = 0;
  for (; !hasEnded; sent++) {
    slow.write(chunk(PAIR));
    await Promise.all([once(slow, 'data'), sleep(50)]);
  }
  slow.write('0\r\n\r\n');
  await expect.poll(() => answers).toContain('\r\n0\r\n\r\n');
  expect(answers.match(/"similarity"/g)?.length).toBe(sent);
});

test('no limit of the HTTP server ends a request that is at work, or a connection before it was idle for as long as it may be', async () => {
  let server: Server | undefined;
  const onRequest = (message: unknown) => {
    server = (message as { server: Server }).server;
  };
  channel('http.server.request.start').subscribe(onRequest);
  onTestFinished(() => void channel('http.server.request.start').unsubscribe(onRequest));
  const idleMs = 123_456;
  const port = await serve({ idleMs });
  expect((await fetch(`http://localhost:${port}/health`)).status).toBe(200);
  const { requestTimeout, keepAliveTimeout, timeout } = server!;
  expect({ requestTimeout, keepAliveTimeout, timeout }).toEqual({
    ...{ requestTimeout: 0, keepAliveTimeout: idleMs, timeout: idleMs },
  });
});

test('a row that takes longer to score than a connection may be idle is answered', async () => {
  const port = await serve({
    idleMs: 200,
    scorer: (real) => ({
      ...real,
      score: (rows, tell) => real.score(rows, async (outcomes) => sleep(700).then(() => tell(outcomes))),
    }),
  });
  const socket = open(port);
  let answers = '';
  socket.on('data', (data) => (answers += data));
  socket.write(`${chunk(PAIR)}0\r\n\r\n`);
  await expect.poll(() => answers, { timeout: 5000 }).toContain('\r\n0\r\n\r\n');
});
