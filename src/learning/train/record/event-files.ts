// metrics.jsonl as TensorBoard's event files, for who watches runs there. npm has no library of its own for them; TensorFlow writes them, so
// there are some where the `tensorflow` backend trains.
import { rm } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import { readRows } from '../../../core/io/rows.ts';
import type { Metrics } from './metrics.ts';

export interface EventFiles extends AsyncDisposable {
  /** Every number of the row, at the row's `update`. */
  write(row: Metrics): void;
}

/** Of tfjs's Node backend (4.22), which tfjs-core does not know. */
interface SummaryBackend extends tf.KernelBackend {
  summaryWriter(folder: string): tf.Tensor;
  createSummaryFileWriter(writer: tf.Tensor, folder: string, maxQueue: number, flushMs: number): void;
  writeScalarSummary(writer: tf.Tensor, step: number, name: string, value: number): void;
  executeMultipleOutputs(op: string, attributes: [], inputs: tf.Tensor[], outputs: 0): unknown;
}

/** A row is on its way to disk after so many others, or so long. */
const QUEUED = 100;
const FLUSH_MS = 5000;

/** A folder of event files cannot be cut: what a resumed run has in `metrics` already is written anew. */
export async function openEventFiles(folder: string, metrics: string): Promise<EventFiles> {
  await rm(folder, { recursive: true, force: true });
  const backend = tf.findBackend('tensorflow') as SummaryBackend;
  const writer = backend.summaryWriter(folder);
  tf.tidy(() => backend.createSummaryFileWriter(writer, folder, QUEUED, FLUSH_MS));
  const write = ({ update, ...values }: Metrics): void => {
    for (const [name, value] of Object.entries(values)) backend.writeScalarSummary(writer, update!, name, value);
  };
  for await (const row of readRows(metrics)) if ('value' in row) write(row.value as Metrics);
  return {
    write,
    [Symbol.asyncDispose]: async () => {
      backend.executeMultipleOutputs('CloseSummaryWriter', [], [writer], 0);
      writer.dispose();
    },
  };
}
