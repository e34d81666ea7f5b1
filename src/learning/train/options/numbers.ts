// Numbers and switches as the command line and run.json give them.
import { z } from 'zod';

export const count = z.coerce.number().int().nonnegative();
export const positive = z.coerce.number().int().positive();
export const real = z.coerce.number().nonnegative();
export const onOff = z.stringbool().or(z.boolean()).default(false);
