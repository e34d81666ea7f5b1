// The certificates that this host trusts beyond the public ones (a company's or a proxy's): image builds need them to download anything.
import { X509Certificate } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** Where hosts keep what they trust, and where Debian's ca-certificates package keeps what everyone does. */
const BUNDLES = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt'];
const LOCAL_DIR = '/usr/local/share/ca-certificates';
const PUBLIC_DIR = '/usr/share/ca-certificates/mozilla';

/** PEM text of the extra certificates; empty where the host trusts only what everyone does. */
export async function extraCaPem(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const files = [env.NODE_EXTRA_CA_CERTS, env.SSL_CERT_FILE, ...BUNDLES].filter((path) => path !== undefined);
  const trusted = (await Promise.all([...new Set(files)].map(readCertificates))).flat();
  const known = [...rootCertificates, ...(await readFolder(PUBLIC_DIR))];
  return selectExtra([...trusted, ...(await readFolder(LOCAL_DIR))], known);
}

/** The certificates of `trusted` that are not among `known`, each once, whatever their line breaks. */
export function selectExtra(trusted: readonly string[], known: readonly string[]): string {
  const seen = new Set(known.map(fingerprint));
  const extra = trusted.filter((pem) => {
    const print = fingerprint(pem);
    if (print === undefined || seen.has(print)) return false;
    seen.add(print);
    return true;
  });
  return extra.map((pem) => `${pem}\n`).join('');
}

function fingerprint(pem: string): string | undefined {
  try {
    return new X509Certificate(pem).fingerprint256;
  } catch {
    return undefined; // a bundle may hold what this OpenSSL cannot read; a build could not use it either
  }
}

export const splitPem = (text: string): string[] => text.match(CERTIFICATE) ?? [];

const readCertificates = (path: string): Promise<string[]> => readFile(path, 'utf8').then(splitPem, () => []);

async function readFolder(dir: string): Promise<string[]> {
  const names = await readdir(dir, { recursive: true }).catch(() => []);
  const files = names.filter((name) => name.endsWith('.crt'));
  return (await Promise.all(files.map((name) => readCertificates(join(dir, name))))).flat();
}
