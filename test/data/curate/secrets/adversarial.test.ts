// Rows come from anywhere: no text makes the search for secrets take more than its length is worth.
import { expect, test } from 'vitest';
import { findSecrets } from '../../../../src/data/curate/secrets/find.ts';

const REPEATED = 128 * 1024;
const RUN = 64 * 1024;
/** Of CPU, since the machine may be busy with other work. @unit milliseconds */
const WITHIN_MS = 1000;

/** Beginnings of every kind, which a text may repeat without ever coming to the end of one. */
const BEGINNINGS = [
  '-----BEGIN RSA PRIVATE KEY-----',
  '-----BEGIN A ',
  'sk-ant-api03-',
  'sk-proj-',
  'ghp_',
  'github_pat_',
  'glpat-',
  'AKIA',
  'aws_secret_access_key=',
  'secretkey',
  'AIza',
  'GOCSPX-',
  'hf_',
  'npm_',
  'pypi-AgE',
  'dckr_pat_',
  'xoxb-1-',
  'hooks.slack.com/services/T12345678/B12345678/',
  'discord.com/api/webhooks/12345678901234567/',
  '12345678:AA',
  'sk_live_',
  'SG.',
  'dapi',
  'AccountKey=',
  'gsk_',
  'xai-',
  'r8_',
  'hvs.',
  'eyJ',
  'eyJaaaaaaaaaa.eyJaaaaaaaaaa.',
  '://a:',
  'Bearer ',
  'token="',
  'A_KEY=',
  'ada@a.',
  'a.a@',
];

const REPEATS = BEGINNINGS.flatMap((beginning) =>
  ['', 'a', 'aaaaaaaaaa-', 'A1-', '1-', 'A ', 'a.', '.', '=', '@'].map((end) => `${beginning}${end}`),
);
const RUNS = ['a', 'A', '1', '-', '_', 'A_', '1-', 'a.', 'a@', ' ', '"', 'A '].flatMap((run) =>
  BEGINNINGS.map((beginning) => [beginning, run] as const),
);

const cpuMsOf = (text: string): number => {
  const before = process.cpuUsage();
  findSecrets(text);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};

test('a beginning that is repeated ten thousand times costs less than a second', () => {
  const slow = REPEATS.filter((unit) => cpuMsOf(unit.repeat(REPEATED / unit.length)) > WITHIN_MS);
  expect(slow).toEqual([]);
});

test('a beginning with a long run that does not end it costs less than a second', () => {
  const slow = RUNS.filter(([beginning, run]) => cpuMsOf(`${beginning}${run.repeat(RUN / run.length)}!`) > WITHIN_MS);
  expect(slow).toEqual([]);
});
