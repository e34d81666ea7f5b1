// A file of SWE-smith's rows of any size, made of the samples: every row has an id of its own, and no two have the same commands.
import { join } from 'node:path';
import { z } from 'zod';
import { readInputRows } from '../../src/core/io/input-rows.ts';
import { openRowWriter } from '../../src/core/io/row-writer.ts';
import { ConfigError } from '../../src/core/schema/errors.ts';

const SAMPLES = join(import.meta.dirname, '../../../shared/data/swe-smith/ft_xml_example.jsonl');

const sampleSchema = z.object({
  instance_id: z.string(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
});

/** Bytes written: the first number of whole rows that is not below `bytes`. */
export async function writeRows(path: string, bytes: number): Promise<number> {
  const samples = await readInputRows(SAMPLES, sampleSchema);
  if (samples.length === 0) throw new ConfigError(`${SAMPLES}: no rows; the bench is made of these samples.`);
  await using file = await openRowWriter(path);
  let written = 0;
  for (let i = 0; written < bytes; i++) {
    const { instance_id, messages } = samples[i % samples.length]!;
    const own = messages.map(({ role, content }) => ({
      role,
      content: role === 'assistant' ? content.replaceAll('/testbed', `/testbed${i}`) : content,
    }));
    const row = { messages: own, instance_id, resolved: true, traj_id: `${instance_id}.${i}` };
    written += Buffer.byteLength(JSON.stringify(row)) + 1;
    await file.write(row);
  }
  await file.commit();
  return written;
}
