// A container registry on loopback, which an engine takes without TLS: one small image under any name, and answers as real registries give
// them when they want a login or are asked too often.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Registry extends AsyncDisposable {
  /** `127.0.0.1:<port>` */
  host: string;
  /** Manifests that were asked for, whatever was answered. */
  asked: number;
  /** Answers to the next requests for a manifest, in turn, before the image is given. */
  refusals: { status: number; code: string; message: string }[];
  /** `user:password` that is wanted; undefined lets anybody in. */
  login: string | undefined;
}

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const CONFIG = 'application/vnd.docker.container.image.v1+json';
const LAYER = 'application/vnd.docker.image.rootfs.diff.tar.gzip';

export async function openRegistry(): Promise<Registry> {
  const blobs = new Map<string, Buffer>();
  const manifest = makeImage(blobs);
  const server: Server = createServer((request, response) => answer(request, response));
  const registry: Registry = {
    host: '',
    asked: 0,
    refusals: [],
    login: undefined,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  function answer(request: IncomingMessage, response: ServerResponse): void {
    const given = Buffer.from(request.headers.authorization?.replace('Basic ', '') ?? '', 'base64').toString();
    const [, kind, reference = ''] = /\/(manifests|blobs)\/(.+)$/.exec(request.url ?? '') ?? [];
    if (registry.login !== undefined && given !== registry.login) {
      response.setHeader('WWW-Authenticate', 'Basic realm="test"');
      refuse(response, { status: 401, code: 'UNAUTHORIZED', message: 'authentication required' });
    } else if (kind === undefined) response.end('{}');
    else if (kind === 'blobs') give(response, blobs.get(reference) ?? Buffer.from(''), 'application/octet-stream');
    else {
      // An engine asks by HEAD first, and by GET whatever the answer was.
      const last = request.method === 'GET';
      const refusal = last ? registry.refusals.shift() : registry.refusals[0];
      if (last) registry.asked++;
      if (refusal !== undefined) refuse(response, refusal);
      else give(response, manifest, MANIFEST);
    }
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  registry.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return registry;
}

function refuse(response: ServerResponse, { status, code, message }: Registry['refusals'][number]): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ errors: [{ code, message }] }));
}

function give(response: ServerResponse, body: Buffer, type: string): void {
  response.writeHead(200, {
    'Content-Type': type,
    'Content-Length': body.length,
    'Docker-Content-Digest': digest(body),
  });
  response.end(body);
}

const digest = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** Puts its blobs into `blobs`; returns the manifest. No two are the same, so that each test pulls. */
function makeImage(blobs: Map<string, Buffer>): Buffer {
  const dir = mkdtempSync(join(tmpdir(), 'stepwright-registry-'));
  writeFileSync(join(dir, 'made'), String(process.hrtime.bigint()));
  const tar = execFileSync('tar', ['-C', dir, '-cf', '-', 'made']);
  const layer = execFileSync('gzip', ['-c'], { input: tar });
  rmSync(dir, { recursive: true });
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: [digest(tar)] },
    }),
  );
  for (const blob of [layer, config]) blobs.set(digest(blob), blob);
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: { mediaType: CONFIG, size: config.length, digest: digest(config) },
      layers: [{ mediaType: LAYER, size: layer.length, digest: digest(layer) }],
    }),
  );
}
