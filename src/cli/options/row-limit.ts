// The option of every command that reads trajectories row by row: how long a row may be.
import { Option } from 'commander';
import { DEFAULT_MAX_ROW_BYTES } from '../../core/io/rows.ts';
import { real } from '../../core/options/fields.ts';
import { checked } from './checked.ts';

const MIB = 1024 * 1024;

/** As `maxRowBytes`. */
export const rowLimitOption = (): Option =>
  new Option('--max-row-mib <n>', 'longest row that is read, in MiB')
    .argParser(mebibytes)
    .default(DEFAULT_MAX_ROW_BYTES, `${DEFAULT_MAX_ROW_BYTES / MIB}`);

function mebibytes(text: string): number {
  return checked(real({ above: 0 }))(text) * MIB;
}
