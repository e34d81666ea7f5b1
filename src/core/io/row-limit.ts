// The option of every command that reads trajectories row by row: how long a row may be.

import { real } from '../options/fields.ts';
import { option } from '../options/option.ts';
import { DEFAULT_MAX_ROW_BYTES } from './rows.ts';

const MIB = 1024 * 1024;

export const rowLimitField = option(
  real({ above: 0 }).default(DEFAULT_MAX_ROW_BYTES / MIB),
  'longest row that is read, in MiB',
);

export const maxRowBytesOf = ({ maxRowMib }: { maxRowMib: number }): number => maxRowMib * MIB;
