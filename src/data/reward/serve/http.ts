// The reward over HTTP, on loopback only: POST /rewards takes JSON lines of pairs and answers with a line for each, in order.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { ConfigError } from '../../../core/schema/errors.ts';
import type { Scorer } from '../scorer.ts';
import { isUnread, readStream, writeAnswers } from './lines.ts';

export interface HttpServer extends AsyncDisposable {
  url: string;
}

const HOST = '127.0.0.1';
/** Names by which a client on this machine calls it. A web page that was made to resolve to loopback sends its own. */
const LOCAL_NAME = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i;
/** Trainers keep a connection over an update. @unit milliseconds */
const IDLE_MS = 10 * 60 * 1000;

/** `port` 0: any that is free. A request may take as long as it is sent, scored or read; a connection on which nothing happens ends. */
export async function serveHttp(scorer: Scorer, port: number, { idleMs = IDLE_MS } = {}): Promise<HttpServer> {
  const isAtWork = new WeakMap<Socket, () => boolean>();
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: idleMs }, (request, response) => {
    answer(request, response).catch((error) => response.destroy(error)); // the client sees a broken answer, not a short one
  });
  server.setTimeout(idleMs, (socket: Socket) => {
    if (isAtWork.get(socket)?.()) socket.setTimeout(idleMs);
    else socket.destroy();
  });
  server.listen(port, HOST);
  await once(server, 'listening').catch((error) => {
    throw new ConfigError(`Cannot listen on ${HOST}:${port} (${error.code}). Give another --port.`);
  });
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!LOCAL_NAME.test(request.headers.host ?? '') || request.headers.origin !== undefined)
      return refuse(
        response,
        403,
        'only programs on this machine are served, not web pages: no Origin, and a local Host',
      );
    if (request.method === 'GET' && request.url === '/health') return void response.end('{"ok":true}\n');
    if (request.method !== 'POST' || request.url !== '/rewards')
      return refuse(response, 404, 'POST /rewards, or GET /health');
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    let pending = 0;
    isAtWork.set(request.socket, () => pending > 0 && !isUnread(response));
    const rows = counted(readStream(request, 'request'), () => pending++);
    await scorer.score(rows, (outcomes) => {
      pending -= outcomes.length;
      return writeAnswers(response, outcomes);
    });
    response.end();
  }
}

/** The connection is closed: what else is sent over it is not read. */
function refuse(response: ServerResponse, status: number, error: string): void {
  response.writeHead(status, { connection: 'close' });
  response.end(`${JSON.stringify({ error })}\n`);
}

async function* counted<T>(items: AsyncIterable<T>, count: () => void): AsyncGenerator<T> {
  for await (const item of items) {
    count();
    yield item;
  }
}
