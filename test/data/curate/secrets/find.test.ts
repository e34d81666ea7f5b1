// Secrets in texts: what is found, and what looks like one and is none.
import { expect, test } from 'vitest';
import { findSecrets } from '../../../../src/data/curate/secrets/find.ts';
import { githubToken, privateKey, randomText } from '../../../support/fake-secrets.ts';

const found = (text: string): string[] =>
  findSecrets(text).map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`);

const jwt = ['eyJhbGciOiJIUzI1NiJ9', `eyJ${randomText(40)}`, randomText(43)].join('.');

test.each([
  ['anthropic_key', `sk-ant-api03-${randomText(93)}`],
  ['openai_key', `sk-proj-${randomText(48)}`],
  ['openai_key', `sk-${randomText(48)}`],
  ['github_token', githubToken()],
  ['github_token', `github_pat_${randomText(82)}`],
  ['gitlab_token', `glpat-${randomText(20)}`],
  ['aws_access_key', `AKIA${randomText(16, 'base32')}`],
  ['google_key', `AIza${randomText(35)}`],
  ['huggingface_token', `hf_${randomText(34, 'letters')}`],
  ['npm_token', `npm_${randomText(36)}`],
  ['pypi_token', `pypi-AgEIcHlwaS5vcmc${randomText(60)}`],
  ['slack_token', `xoxb-620491833714-${randomText(24)}`],
  ['stripe_key', `sk_live_${randomText(24)}`],
  ['sendgrid_key', `SG.${randomText(22)}.${randomText(43)}`],
  ['twilio_key', `SK${randomText(32, 'hex')}`],
  ['databricks_token', `dapi${randomText(32, 'hex')}`],
  ['jwt', jwt],
  ['private_key', privateKey()],
  ['mail', 'ada.lovelace@analytical-engine.org'],
])('a %s is found in prose, in code and in a listing', (kind, value) => {
  for (const text of [`it is ${value} now`, `x = "${value}";`, `    12\t${value}\n`])
    expect(found(text)).toEqual([`${kind} ${value}`]);
});

test.each([
  ['url_password', (value: string) => `git clone https://ada:${value}@github.com/a/b`],
  ['authorization', (value: string) => `curl -H 'Authorization: Bearer ${value}'`],
  ['assigned_secret', (value: string) => `{"client_secret": "${value}"}`],
  ['assigned_secret', (value: string) => `{\\"api_key\\": \\"${value}\\"}`],
  ['assigned_secret', (value: string) => `export WANDB_API_KEY=${value}`],
  ['aws_secret_key', (value: string) => `aws_secret_access_key = ${value}`],
])('of a %s only the value is', (kind, textOf) => {
  const value = randomText(40);
  expect(found(textOf(value))).toEqual([`${kind} ${value}`]);
});

test('a private key is one secret when its lines are numbered, diffed, or written with \\n', () => {
  const lines = privateKey().split('\n');
  for (const text of [lines.map((line, k) => `${String(k).padStart(6)}\t${line}`), lines.map((line) => `+${line}`)])
    expect(found(text.join('\n'))).toHaveLength(1);
  expect(found(`key = "${lines.join('\\n')}"`)).toHaveLength(1);
});

test.each([
  'AKIAIOSFODNN7EXAMPLE',
  'sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
  'ghp_0000000000000000000000000000000000000',
  'password = "correct-horse-battery-staple"',
  'api_key = "your-api-key-goes-here-0123"',
  'token = tokenizer.encode_as_pieces(text, max_length=1024)',
  'secret_key = settings.SECRET_KEY_FALLBACKS[0]',
  'postgres://postgres:postgres@localhost:5432/db',
  "if line.startswith('-----BEGIN RSA PRIVATE KEY-----'):",
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U',
  '22d917a1411bee22d917a1411bee22d917a1411b',
  'user@example.com, test@test.com, john.doe@company.org, me@mydomain.com',
  '12345+octocat@users.noreply.github.com, noreply@anthropic.com',
  'git@github.com:pallets/flask.git ssh://git@gitlab.com/a.git',
  '@pytest.mark.parametrize, @app.route, x = a@b.T + weights@inputs.dot(y)',
  'icon@2x.png, lodash@4.17.21, pkg@1.2.dev0, aes256-gcm@openssh.com',
])('%s holds none', (text) => {
  expect(found(text)).toEqual([]);
});

test('of two that overlap the first counts', () => {
  const token = githubToken();
  expect(found(`GITHUB_TOKEN=${token} https://x:${token}@github.com`)).toEqual([
    `github_token ${token}`,
    `github_token ${token}`,
  ]);
});
