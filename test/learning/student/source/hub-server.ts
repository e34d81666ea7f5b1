// The part of the hub's API that models are fetched by, on loopback.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HubModel {
  files: Readonly<Record<string, Buffer>>;
  /** Who has it may read; everyone where there is none. */
  token?: string;
  /** Beside main. */
  revisions?: readonly string[];
}

export const COMMIT = 'c0ffee'.padEnd(40, '0');

export async function startHub(models: Record<string, HubModel>) {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url!, 'http://hub').pathname);
    requests.push(path);
    const send = (status: number, body: string | Buffer, headers: Record<string, string> = {}): void => {
      response.writeHead(status, headers).end(body);
    };
    const json = (status: number, value: unknown): void =>
      send(status, JSON.stringify(value), { 'content-type': 'application/json' });
    const [name, model] = Object.entries(models).find(([name]) => path.includes(`/${name}/`)) ?? [];
    if (name === undefined || model === undefined) return json(401, { error: 'Invalid username or password.' });
    if (model.token !== undefined && request.headers.authorization !== `Bearer ${model.token}`)
      return json(403, { error: 'Access to model is restricted.' });
    const [, revision] = /\/(?:revision|tree|resolve)\/([^/]+)/.exec(path)!;
    if (!['main', COMMIT, ...(model.revisions ?? [])].includes(revision!))
      return json(404, { error: `Invalid rev id: ${revision}` });
    if (path.startsWith(`/api/models/${name}/revision/`)) return json(200, { _id: '1', id: name, sha: COMMIT });
    if (path.startsWith(`/api/models/${name}/tree/`)) return json(200, Object.entries(model.files).map(entryOf));
    const file = model.files[path.split('/').at(-1)!]!;
    const headers = { etag: `"${sha256(file)}"`, 'content-type': 'application/octet-stream' };
    const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? [];
    if (from === undefined) return send(200, file, headers);
    const part = file.subarray(Number(from), Number(to) + 1);
    return send(206, part, { ...headers, 'content-range': `bytes ${from}-${to}/${file.length}` });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Weights are large files, with their SHA-256; others have Git's checksum. */
function entryOf([path, bytes]: [string, Buffer]) {
  const oid = createHash('sha1').update(bytes).digest('hex');
  const plain = { type: 'file', path, size: bytes.length, oid };
  return path.endsWith('.safetensors') ? { ...plain, lfs: { oid: sha256(bytes), size: bytes.length } } : plain;
}
