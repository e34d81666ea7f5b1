// A container engine tried against the whole contract: every case, how many passed, and what it keeps Stepwright from enforcing.
import type { RunControl } from '../../../core/run/application.ts';
import { silent } from '../../../core/run/events.ts';
import { type CaseOutcome, runConformance } from './conformance.ts';
import { type BackendName, openConformance } from './open.ts';

export interface ConformanceReport {
  backend: BackendName;
  passed: number;
  failed: number;
  skipped: number;
  /** What cannot be enforced on this engine, a sentence each. */
  gaps: string[];
  cases: CaseOutcome[];
}

export interface ConformanceOptions {
  backend: BackendName;
  /** One that the engine has. @default one made of this machine's busybox, bash and git */
  image?: string | undefined;
  runtime?: string | undefined;
}

export async function reportConformance(
  { backend, image, runtime }: ConformanceOptions,
  { onEvent: emit = silent, signal }: RunControl = {},
): Promise<ConformanceReport> {
  await using opened = await openConformance(backend, emit, runtime);
  const tried = image ?? (await opened.image('full'));
  emit({ type: 'note', text: `trying the sandbox contract on ${backend}, in ${tried}` });
  const cases = await runConformance(opened.backend, tried, { signal });
  const count = (wanted: CaseOutcome['outcome']) => cases.filter(({ outcome }) => outcome === wanted).length;
  const counts = { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
  return { backend, ...counts, gaps: await opened.gaps(tried), cases };
}
