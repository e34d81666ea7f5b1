// Options that mean the same in every command that has them.
import { z } from 'zod';
import { DEFAULT_SEED, list, onOff, whole } from './fields.ts';
import { type OptionNotes, option } from './option.ts';

export const seedField = (help: string) => option(whole().default(DEFAULT_SEED), help);

export const jobsField = (help: string, otherwise = 2) =>
  option(whole({ min: 1 }).default(otherwise), help, { short: 'j' });

export const runField = (notes: OptionNotes = {}) =>
  option(z.string().optional(), 'run folder; an existing one is resumed', {
    value: 'dir',
    shownDefault: 'runs/<command>-<date>-<id>',
    ...notes,
  });

export const runtimeField = option(
  z.string().optional(),
  'OCI runtime of every sandbox, one that the engine has: `runsc` for gVisor',
  { value: 'name', shownDefault: "STEPWRIGHT_RUNTIME, else the engine's own" },
);

export const jsonField = (what = 'the counts') => option(onOff, `print ${what} as JSON in the last line of stdout`);

export const outField = (help: string) => option(z.string(), help, { short: 'o', value: 'file' });

export const file = (help: string) => option(z.string().optional(), help, { value: 'file' });

export const studentField = (help: string) =>
  option(z.string().optional(), `${help}: a Hugging Face folder, a GGUF file, or owner/name of the hub`, {
    value: 'source',
  });

export const sourcesField = (help: string) => option(list(z.string()).default([]), help, { value: 'source' });

export const suiteField = (help: string) => option(z.string(), help, { value: 'name' });

export const suiteFolderField = option(z.string().optional(), 'folder of the suite', {
  short: 'o',
  value: 'dir',
  shownDefault: 'tasks/<suite>',
});
