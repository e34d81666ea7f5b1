// What became of every candidate, in the run folder: a run that goes on does not try it again.
import { z } from 'zod';
import { JsonlWriter } from '../../core/io/jsonl.ts';
import { resumeRows } from '../../core/io/own-rows.ts';
import type { Emit } from '../../core/run/events.ts';
import { instanceSchema } from '../../core/schema/instance.ts';
import type { SynthJournal, Tried } from './synthesize.ts';

const triedSchema = z.union([
  z.object({ id: z.string(), instance: instanceSchema }),
  z.object({ id: z.string(), why: z.string() }),
]);

export async function openJournal(path: string, emit: Emit): Promise<SynthJournal & AsyncDisposable> {
  const { rows } = await resumeRows<Tried>(path, triedSchema, emit);
  const known = new Map(rows.map((row) => [row.id, row]));
  const writer = await JsonlWriter.open(path);
  return {
    get: (id) => known.get(id),
    put: (row) => writer.append(row),
    [Symbol.asyncDispose]: () => writer[Symbol.asyncDispose](),
  };
}
