// What `stepwright doctor` says of training: the backend that it would take, and why not a faster one.
import type { Check } from '../../../world/sandbox/health/check.ts';
import { openBackend } from './backend.ts';

export async function trainingChecks(): Promise<Check[]> {
  const { chosen, detail, skipped } = await openBackend('auto');
  const missing = skipped.map(({ name, why }): Check => ({ name: `backend ${name}`, status: 'missing', detail: why }));
  return [{ name: `backend ${chosen}`, status: 'ok', detail: `used for training; ${detail}` }, ...missing];
}
