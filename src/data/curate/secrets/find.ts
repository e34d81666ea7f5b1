// Secrets and mail addresses in a text.
import { findMails } from './mail.ts';
import { secretPatterns } from './patterns.ts';

export interface Secret {
  /** A kind of `secretPatterns`, or `mail`. */
  kind: string;
  start: number;
  end: number;
}

/** Left to right, none overlapping another: of two that do, the one that starts first counts. */
export function findSecrets(text: string): Secret[] {
  return withoutOverlaps([...keysIn(text), ...findMails(text)]);
}

/** As `findSecrets`, without mail addresses. Of two that start together, the pattern that stands first counts. */
export const findKeys = (text: string): Secret[] => withoutOverlaps([...keysIn(text)]);

function* keysIn(text: string): Generator<Secret> {
  for (const { kind, pattern, isSecret } of secretPatterns)
    for (const match of text.matchAll(pattern)) {
      const value = match.groups?.secret ?? match[0];
      if (isSecret && !isSecret(value)) continue;
      const start = match.index + match[0].lastIndexOf(value);
      yield { kind, start, end: start + value.length };
    }
}

function withoutOverlaps(found: Secret[]): Secret[] {
  let end = 0;
  return found
    .sort((a, b) => a.start - b.start)
    .filter((secret) => {
      if (secret.start < end) return false;
      end = secret.end;
      return true;
    });
}
