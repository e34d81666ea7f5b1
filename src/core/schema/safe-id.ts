// Ids come from anywhere and end up in paths: segments between slashes, none of them `.`, `..` or empty.
import { createHash } from 'node:crypto';
import { z } from 'zod';

export const safeIdSchema = z
  .string()
  .max(512)
  .refine(
    isSafeId,
    'no safe id: it must be made of names with single slashes between them, no `..`, no control character',
  );

function isSafeId(id: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return !/[\u0000-\u001f\u007f\\]/.test(id) && id.split('/').every((part) => !['', '.', '..'].includes(part));
}

/** The longest name that file systems take is 255 bytes; what is appended to an id has the rest. */
const MAX_FILE_BYTES = 200;

/** The one name that an id has as a file or folder, whatever the id: SWE-bench's stay as they are, no two get the same, and none leaves the
 * folder that it is put in. */
export function idToFile(id: string): string {
  const name = id.replace(/[^\w.-]|^\.+/gu, (text) => [...Buffer.from(text)].map(percent).join(''));
  if (name.length <= MAX_FILE_BYTES) return name;
  return `${name.slice(0, MAX_FILE_BYTES - 33)}-${createHash('sha256').update(id).digest('hex').slice(0, 32)}`;
}

const percent = (byte: number): string => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
