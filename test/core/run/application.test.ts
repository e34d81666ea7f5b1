import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { whole } from '../../../src/core/options/fields.ts';
import { option } from '../../../src/core/options/option.ts';
import { runField, seedField } from '../../../src/core/options/vocabulary.ts';
import { resolveRunOptions } from '../../../src/core/run/application.ts';
import { openRun } from '../../../src/core/run/run-dir.ts';
import { temporaryFolder } from '../../support/temp.ts';

const schema = z.object({
  source: option(z.string(), 'what is read'),
  key: option(z.string().optional(), 'what the provider asks for', { isSecret: true }),
  stepLimit: option(whole().default(8), 'steps at most'),
  seed: seedField('random seed'),
  run: runField(),
});

test('what is left out, or undefined, has its default; what a run folder keeps has neither secrets nor the folder', async () => {
  const given = { source: 'a', key: 'sk-1', stepLimit: undefined, run: join(temporaryFolder(), 'run') };
  const { options, resolved } = await resolveRunOptions(schema, given);
  expect(options).toEqual({ ...given, stepLimit: 8, seed: 1 });
  expect(resolved).toEqual({ source: 'a', 'step-limit': 8, seed: 1 });
});

test('a run that is resumed keeps its seed', async () => {
  const run = join(temporaryFolder(), 'run');
  await using _ = await openRun({ command: 'test', config: { seed: 7 }, dir: run });
  expect((await resolveRunOptions(schema, { source: 'a', run })).options.seed).toBe(7);
  expect((await resolveRunOptions(schema, { source: 'a', run, seed: 3 })).options.seed).toBe(3);
});

test('a wrong value and an unknown name are refused by the name that the caller gave', async () => {
  const resolving = (options: object) => resolveRunOptions(schema, { source: 'a', ...options });
  await expect(resolving({ stepLimit: -1 })).rejects.toThrow(
    '`stepLimit`: expected a whole number of at least 0, got -1.',
  );
  await expect(resolving({ steplimit: 1 })).rejects.toThrow(
    'No option is called `steplimit`. Known: key, run, seed, source, stepLimit.',
  );
  await expect(resolving({ source: undefined })).rejects.toThrow('`source` is missing: what is read.');
});
