// Ids come from anywhere and end up in paths: segments between slashes, none of them `.`, `..` or empty.
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
