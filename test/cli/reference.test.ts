import { expect, test } from 'vitest';
import { cliReference } from '../../scripts/cli-reference.ts';

test('docs/cli.md lists the options that the commands have (`npm run docs:cli` writes it)', async () => {
  await expect(await cliReference()).toMatchFileSnapshot('../../docs/cli.md');
});
