// The first thing that zod found wrong, as field, expectation and what was there.
import type { z } from 'zod';

export function issueText(error: z.ZodError): string {
  const issue = error.issues[0]!;
  const field = issue.path.join('.');
  return `${field === '' ? '' : `\`${field}\`: `}${issue.message}`;
}
