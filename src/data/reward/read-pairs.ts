// Pairs of a user's file in any form, as JSON that a thread can be sent.
import { elementsOf } from '../../core/io/document-rows.ts';
import { cannotBeRead } from '../../core/io/input-rows.ts';
import { type BadRow, parseRow, type RawRow, readRawRows } from '../../core/io/rows.ts';
import { ConfigError } from '../../core/schema/errors.ts';

/** Throws when there is no such file, or no pair in it. */
export async function* readPairs(file: string): AsyncGenerator<RawRow | BadRow> {
  let count = 0;
  try {
    for await (const row of readRawRows(file))
      for (const pair of pairsOf(row, count === 0)) {
        count += 1;
        yield pair;
      }
  } catch (error) {
    throw cannotBeRead(file, error);
  }
  if (count === 0) throw new ConfigError(`${file}: there are no pairs in it. Give a file with at least one.`);
}

/** Only a list, or the first row of a file, may be a document that holds pairs: the others are left for the threads to parse. */
function pairsOf(row: RawRow | BadRow, isFirst: boolean): (RawRow | BadRow)[] {
  if ('why' in row || !(isFirst || beginsList(row.bytes))) return [row];
  const parsed = parseRow(row);
  if ('why' in parsed) return [row];
  const elements = elementsOf(parsed.value);
  if (elements.length === 1 && elements[0]!.name === undefined) return [row];
  const { bytes: _, ...place } = row;
  return elements.map((element, index) =>
    'reason' in element
      ? { ...place, index, why: element.reason }
      : { ...place, index, bytes: Buffer.from(JSON.stringify(element.value)) },
  );
}

const beginsList = (bytes: Buffer): boolean => /^(\xef\xbb\xbf)?\s*\[/.test(bytes.subarray(0, 64).toString('latin1'));
