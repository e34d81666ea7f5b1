// A document that holds rows: a list, an object by id as SWE-bench and mini-swe-agent write it, a page of the Hugging Face datasets server.
import { clipJson } from '../schema/escape-controls.ts';

export type Element = {
  /** Within its document; undefined where the row is one itself. */
  name?: string;
} & ({ value: unknown; key?: string } | { reason: string });

export function elementsOf(value: unknown): Element[] {
  if (Array.isArray(value)) return value.map((element, index) => ({ value: element, name: String(index + 1) }));
  if (!isObject(value)) return [{ value }];
  if (isPage(value)) return value.rows.map(elementOfPage);
  const entries = Object.entries(value);
  if (entries.length === 0 || !entries.every(([, part]) => isObject(part))) return [{ value }];
  return entries.map(([key, part]) => ({ value: part, key, name: clipJson(key) }));
}

interface Page {
  rows: { row_idx?: unknown; row: object; truncated_cells?: unknown }[];
}

const isPage = (value: object): value is Page =>
  'rows' in value && Array.isArray(value.rows) && value.rows.every((part) => isObject(part) && isObject(part.row));

/** The server cuts long cells; half a patch is another patch. */
function elementOfPage({ row_idx, row, truncated_cells }: Page['rows'][number], index: number): Element {
  const name = String(typeof row_idx === 'number' ? row_idx + 1 : index + 1);
  if (Array.isArray(truncated_cells) && truncated_cells.length > 0)
    return {
      name,
      reason: `the datasets server cut ${clipJson(truncated_cells)}; fetch the data set's Parquet instead`,
    };
  return { name, value: row };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
