// metrics.jsonl as TensorBoard's event files, for who watches runs there: TFRecords of `Event` messages, each with a `Summary` of scalars.
// https://github.com/tensorflow/tensorflow/blob/v2.20.0/tensorflow/core/util/event.proto
import { mkdir, open, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { readRows } from '../../../core/io/rows.ts';
import type { Metrics } from './metrics.ts';
import { delimited, double, float, message, varint } from './protobuf.ts';
import { tfRecord } from './tf-record.ts';

export interface EventFiles extends AsyncDisposable {
  /** Every number of the row, at the row's `update`. */
  write(row: Metrics): Promise<void>;
}

/** A folder of event files cannot be cut where metrics.jsonl was: what a resumed run has in `metrics` already is written anew. */
export async function openEventFiles(folder: string, metrics: string): Promise<EventFiles> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  // TensorBoard reads the files of a folder by their names: each starts with its time, in seconds.
  const file = await open(join(folder, `events.out.tfevents.${Math.floor(now())}.${hostname()}`), 'a');
  const write = (event: Uint8Array): Promise<void> => file.appendFile(tfRecord(event));
  await write(message(double(1, now()), delimited(3, Buffer.from('brain.Event:2'))));
  for await (const row of readRows(metrics)) if ('value' in row) await write(eventOf(row.value as Metrics));
  return {
    write: (row) => write(eventOf(row)),
    [Symbol.asyncDispose]: () => file.close(),
  };
}

function eventOf({ update, ...values }: Metrics): Uint8Array {
  const scalars = Object.entries(values).map(([tag, value]) =>
    delimited(1, message(delimited(1, Buffer.from(tag)), float(2, value))),
  );
  return message(double(1, now()), varint(2, update!), delimited(5, message(...scalars)));
}

/** @unit seconds since 1970 */
const now = (): number => Date.now() / 1000;
