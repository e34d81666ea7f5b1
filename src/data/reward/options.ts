// The options of the command `reward`: which pairs, and how they are scored.
import { z } from 'zod';
import { onOff, whole } from '../../core/options/fields.ts';
import { option } from '../../core/options/option.ts';
import { file } from '../../core/options/vocabulary.ts';
import { similarityNames } from './similarity/similarity.ts';
import { type ToolFormatName, toolFormats } from './tool-formats.ts';

export const rewardSchema = z
  .object({
    pairs: file(
      'file of {a, b} (model action, expert action) or {text, expert}: JSON lines, a list or Parquet; gzip and zstd too',
    ),
    serve: option(
      z.enum(['http', 'stdio']).optional(),
      'answer lines of pairs instead: over HTTP on loopback, or on stdin and stdout',
      { value: 'how', preset: 'http' },
    ),
    port: option(whole({ max: 65_535 }).default(0), 'port of --serve http; 0 = any free one'),
    format: option(z.enum(['strict', 'lenient']).default('strict'), 'how exactly `text` must have the format', {
      value: 'mode',
    }),
    toolFormat: option(
      z.enum(Object.keys(toolFormats) as [ToolFormatName, ...ToolFormatName[]]).default('function_xml'),
      'how an action is written in `text`',
      { value: 'name' },
    ),
    similarity: option(
      z.enum(similarityNames).default('difflib'),
      'similarity measure; others than difflib are for study',
      {
        value: 'name',
      },
    ),
    autojunk: option(onOff.default(true), "switch difflib's autojunk off"),
    workers: option(whole().optional(), 'worker threads; 0 = none', { shownDefault: 'one a core' }),
  })
  .refine(({ pairs, serve }) => pairs === undefined || serve === undefined, {
    path: ['serve'],
    message: 'give either --serve or --pairs',
  });
