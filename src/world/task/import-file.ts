// A file of another data set's rows as instances: which were taken, which were refused and why, and what the suite cannot be used for.
import { type InputRow, type RefusedRow, streamInputRows } from '../../core/io/input-rows.ts';
import { countOf } from '../../core/run/count-of.ts';
import { messageOf } from '../../core/schema/errors.ts';
import { clipJson } from '../../core/schema/escape-controls.ts';
import type { Instance } from '../../core/schema/instance.ts';
import { type ImportDefaults, importRow, unusedFields } from './import.ts';

export interface ImportedFile {
  instances: Instance[];
  /** One line a row: place, id, reason. */
  refused: string[];
  /** Fields that no instance has, with how many of the rows that were taken have them. */
  unused: Record<string, number>;
  /** About all rows: defaults that were not used, and what is missing. */
  notes: string[];
}

/** Throws when there is no such file, or no row in it. */
export async function importFile(file: string, defaults: ImportDefaults): Promise<ImportedFile> {
  const instances = new Map<string, Instance>();
  const places = new Map<string, string>();
  const refused: string[] = [];
  const unused = new Map<string, number>();
  for await (const row of streamInputRows(file)) {
    const instance = take(row, defaults);
    if (typeof instance === 'string') refused.push(instance);
    else {
      const { instance_id: id } = instance;
      const before = places.get(id);
      if (before !== undefined) refused.push(`${row.place}: ${clipJson(id)} is at ${before} already`);
      else {
        places.set(id, row.place);
        instances.set(id, instance);
        for (const field of unusedFields((row as InputRow).value as object))
          unused.set(field, (unused.get(field) ?? 0) + 1);
      }
    }
  }
  const all = [...instances.values()];
  return { instances: all, refused, unused: Object.fromEntries(unused), notes: notesOn(all, defaults) };
}

function take(row: InputRow | RefusedRow, defaults: ImportDefaults): Instance | string {
  if ('reason' in row) return `${row.place}: ${row.reason}`;
  try {
    return importRow(row.value, defaults);
  } catch (error) {
    return `${row.place}: ${messageOf(error)}`;
  }
}

function notesOn(instances: readonly Instance[], defaults: ImportDefaults): string[] {
  const { environment, image, evalScript, logParser } = defaults;
  const unused = [
    ['--environment', environment, 'environment'],
    ['--image', image, 'image'],
    ['--eval-script', evalScript, 'eval_script'],
    ['--log-parser', logParser, 'log_parser'],
  ] as const;
  const notes = unused.flatMap(([option, value, field]) => {
    const own = value === undefined ? 0 : instances.filter((instance) => instance[field] !== value).length;
    return own === 0
      ? []
      : [
          `${option} is not used for ${own} of ${countOf(instances.length, 'row')}, which ${own === 1 ? 'has its' : 'have their'} own`,
        ];
  });
  const homeless = instances.filter((instance) => instance.environment === '').length;
  if (homeless > 0)
    notes.push(
      `${homeless} of ${countOf(instances.length, 'instance')} without an environment: they can be listed and compared with (filter --not-in), but not run or scored; --environment <name> gives them one of envs/`,
    );
  return notes;
}
