// What we know of an image that the engine does not: whether we pulled it, what to open in its place, when it was used last. One file an
// image, by id; the file's time is the last use.
import { mkdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { cacheDir } from '../../../core/run/paths.ts';

const recordSchema = z.object({
  pulled: z.boolean().default(false),
  /** Base commit → id of the image with a checked history: itself, or one made of it. */
  checked: z.record(z.string(), z.string()).default({}),
});

export type ImageRecord = z.infer<typeof recordSchema>;

const fileOf = (id: string): string => join(cacheDir(), 'images', id.replace('sha256:', ''));

export async function readRecord(id: string): Promise<ImageRecord> {
  const text = await readFile(fileOf(id), 'utf8').catch(() => '{}');
  const parsed = recordSchema.safeParse(parseOrNothing(text));
  return parsed.success ? parsed.data : recordSchema.parse({});
}

/** Counts as a use. */
export async function writeRecord(id: string, record: ImageRecord): Promise<void> {
  await mkdir(join(cacheDir(), 'images'), { recursive: true });
  await writeFile(fileOf(id), JSON.stringify(record));
}

/** What cannot be noted is only removed sooner. */
export async function noteUse(id: string, now = new Date()): Promise<void> {
  const touch = () => utimes(fileOf(id), now, now);
  await touch()
    .catch(async () => {
      await writeRecord(id, await readRecord(id));
      await touch();
    })
    .catch(() => undefined);
}

/** Undefined when we never used it. @unit milliseconds since 1970 */
export const lastUse = (id: string): Promise<number | undefined> =>
  stat(fileOf(id)).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
