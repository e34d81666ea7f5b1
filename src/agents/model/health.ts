// What `stepwright doctor` says of the providers of models.
import type { Check } from '../../world/sandbox/health/check.ts';

const KEY = 'ANTHROPIC_API_KEY';

export const keyCheck = (): Check =>
  process.env[KEY]
    ? { name: KEY, status: 'ok', detail: 'set' }
    : {
        name: KEY,
        status: 'missing',
        detail: 'not set',
        todo: 'only for the teacher `anthropic`; nothing that ships needs it',
      };
