// Where the things lie that ship with Stepwright, whether it runs from src/ or from dist/.
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export const packageRoot = resolve(import.meta.dirname, '../../..');
export const shipped = (...parts: string[]): string => join(packageRoot, ...parts);

/** What may be deleted at any time: image build logs, verdicts by content, fetched archives. */
export const cacheDir = (): string => process.env.STEPWRIGHT_CACHE ?? join(homedir(), '.cache', 'stepwright');
