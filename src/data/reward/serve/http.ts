// The reward over HTTP, on loopback only: POST /rewards takes JSON lines of pairs and answers with a line for each, in order.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigError } from '../../../core/schema/errors.ts';
import type { Scorer } from '../scorer.ts';
import { answerLines, readStream } from './lines.ts';

export interface HttpServer extends AsyncDisposable {
  url: string;
}

const HOST = '127.0.0.1';

/** `port` 0: any that is free. */
export async function serveHttp(scorer: Scorer, port: number): Promise<HttpServer> {
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.destroy(error)); // the client sees a broken answer, not a short one
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
    if (request.method === 'GET' && request.url === '/health') return void response.end('{"ok":true}\n');
    if (request.method !== 'POST' || request.url !== '/rewards') {
      response.writeHead(404);
      return void response.end(`${JSON.stringify({ error: 'POST /rewards, or GET /health' })}\n`);
    }
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    // Never waits for the client to read: it may do so only when it has sent everything.
    await scorer.score(readStream(request, 'request'), (outcomes) => void response.write(answerLines(outcomes)));
    response.end();
  }
}
