// Parquet from JSON lines: typed columns with chat messages as lists of structs, a thousand rows a group.
import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { pushAll } from '../../../core/run/large-arrays.ts';
import type { Columns, ColumnType } from './columns.ts';
import type { EncodedRows } from './encode.ts';
import type { FileEncoder } from './file-encoder.ts';

/** Groups do not depend on how rows arrive, so that the bytes do not either. */
const GROUP_ROWS = 1000;

export function createParquetEncoder(columns: Columns): FileEncoder {
  const writer = new ByteWriter();
  const names = Object.keys(columns);
  const schema = [{ name: 'root', num_children: names.length }, ...fieldsOf(columns)];
  const parquet = new ParquetWriter({ writer, schema, createdBy: 'stepwright' });
  const waiting: Record<string, unknown>[] = [];
  const writeGroup = (): void => {
    const rows = waiting.splice(0, GROUP_ROWS);
    void parquet.write({ columnData: names.map((name) => ({ name, data: rows.map((row) => row[name]) })) });
  };
  return {
    encode(rows) {
      pushAll(waiting, decodeRows(rows));
      while (waiting.length >= GROUP_ROWS) writeGroup();
      return takeBytes(writer);
    },
    end() {
      if (waiting.length > 0) writeGroup();
      void parquet.finish();
      return takeBytes(writer);
    },
  };
}

/** The writer goes on counting offsets from where it was. */
function takeBytes(writer: ByteWriter): Uint8Array {
  const bytes = writer.getBytes().slice();
  writer.index = 0;
  return bytes;
}

function decodeRows({ bytes, ends }: EncodedRows): Record<string, unknown>[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return ends.map((end, i) => JSON.parse(text.toString('utf8', ends[i - 1] ?? 0, end)));
}

const fieldsOf = (columns: Columns): SchemaElement[] =>
  Object.entries(columns).flatMap(([name, type]) => elementsOf(name, type));

/** A column and what is nested in it, depth first. */
function elementsOf(name: string, type: ColumnType): SchemaElement[] {
  const optional = { name, repetition_type: 'OPTIONAL' } as const;
  if (type === 'string') return [{ ...optional, type: 'BYTE_ARRAY', converted_type: 'UTF8' }];
  if (type === 'int') return [{ ...optional, type: 'INT32' }];
  if (type === 'boolean') return [{ ...optional, type: 'BOOLEAN' }];
  if ('struct' in type)
    return [{ ...optional, num_children: Object.keys(type.struct).length }, ...fieldsOf(type.struct)];
  return [
    { ...optional, converted_type: 'LIST', num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    ...elementsOf('element', type.list),
  ];
}
