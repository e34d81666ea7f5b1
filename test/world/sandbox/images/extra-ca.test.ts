// Which of the host's certificates a container does not know.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { extraCaPem, selectExtra, splitPem } from '../../../../src/world/sandbox/images/extra-ca.ts';

let dir: string;
let own: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'stepwright-ca-'));
  const args = 'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=stepwright-test-ca -keyout key.pem -out ca.pem';
  execFileSync('openssl', args.split(' '), { cwd: dir, stdio: 'ignore' });
  own = readFileSync(join(dir, 'ca.pem'), 'utf8').trim();
});
afterAll(() => rmSync(dir, { recursive: true }));

const publicOne = rootCertificates[0]!;

test('public certificates are not extra, others are, each once', () => {
  expect(selectExtra([publicOne, own, own], [publicOne])).toBe(`${own}\n`);
  expect(selectExtra([publicOne], [publicOne])).toBe('');
});

test('other line breaks do not make another certificate', () => {
  const rewrapped = publicOne.replaceAll('\n', '\r\n');
  expect(selectExtra([rewrapped], [publicOne])).toBe('');
});

test('what is no certificate is left out', () => {
  const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';
  expect(selectExtra([broken, own], [])).toBe(`${own}\n`);
});

test('a bundle with comments is split into its certificates', () => {
  expect(splitPem(`# one\n${own}\n\n# two\n${publicOne}\n`)).toEqual([own, publicOne]);
});

test('the bundle that NODE_EXTRA_CA_CERTS or SSL_CERT_FILE names is looked into', async () => {
  const bundle = join(dir, 'bundle.pem');
  writeFileSync(bundle, `${publicOne}\n${own}\n`);
  expect(await extraCaPem({ NODE_EXTRA_CA_CERTS: bundle })).toContain(own);
  expect(await extraCaPem({ SSL_CERT_FILE: bundle })).toContain(own);
  expect(await extraCaPem({ SSL_CERT_FILE: join(dir, 'missing.pem') })).not.toContain(own);
});
