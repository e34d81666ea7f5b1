// A schema as the check of a command line's option.
import { InvalidArgumentError } from 'commander';
import type { z } from 'zod';

export const checked =
  <T>(schema: z.ZodType<T>) =>
  (text: string): T => {
    const result = schema.safeParse(text);
    if (result.success) return result.data;
    throw new InvalidArgumentError(`${result.error.issues[0]!.message}.`);
  };
