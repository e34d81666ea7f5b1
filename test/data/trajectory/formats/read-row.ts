// One row through the importer, and parts that rows have in common.
import { expect } from 'vitest';
import { type Trajectory, trajectorySchema } from '../../../../src/core/schema/trajectory.ts';
import { importRow } from '../../../../src/data/trajectory/formats/import.ts';

export function readAll(value: unknown, file = 'logs/a.jsonl') {
  const bytes = Buffer.from(JSON.stringify(value));
  return importRow({ file, line: 3, byteOffset: 40, bytes, value: JSON.parse(bytes.toString()) });
}

export function read(value: unknown): Trajectory {
  const [item, ...more] = readAll(value);
  if (item === undefined || 'why' in item) throw new Error(item?.why ?? 'nothing read');
  expect(more).toEqual([]);
  expect(trajectorySchema.parse(item)).toEqual(item);
  expect(item.provenance.source).toEqual({ file: 'logs/a.jsonl', line: 3, byte_offset: 40 });
  return item;
}

export const system = { role: 'system', content: 'S' };
export const user = { role: 'user', content: 'Fix it' };
export const xml = 'Look.\n\n<function=bash>\n<parameter=command>ls</parameter>\n</function>';
export const call = (id: string, name: string, args: string) => ({
  id,
  type: 'function',
  function: { name, arguments: args },
});
