// A suite of synthetic bugs over some environments: made one environment after the other, then dealt out to train and held-out together
// with what the suite holds already.
import { pushAll } from '../../core/run/large-arrays.ts';
import type { Environment } from '../../core/schema/environment.ts';
import type { Instance } from '../../core/schema/instance.ts';
import { functionSources } from './functions.ts';
import { layLadder } from './ladder.ts';
import { assignSplits, type SplitFunction } from './splits.ts';
import type { SuiteRunner } from './suite-run.ts';
import { type SynthOptions, synthesize } from './synthesize.ts';

export interface SuiteOptions extends Omit<SynthOptions, 'environment' | 'suiteRunner'> {
  environments: readonly Environment[];
  suiteRunnerFor: (environment: Environment) => SuiteRunner;
  /** Instances of the suite that stay: no new one of the same id, and their functions keep their side. */
  existing: readonly Instance[];
  heldoutShare: number;
}

/** The new instances. */
export async function synthesizeSuite(options: SuiteOptions): Promise<Instance[]> {
  const { environments, suiteRunnerFor, existing, emit } = options;
  const known = new Set(existing.map(({ instance_id }) => instance_id));
  const made: Instance[] = [];
  const sources = new Map<string, string>();
  for (const environment of environments) {
    emit({ type: 'stage', name: `${environment.name} ${environment.version}`, total: options.count });
    const suiteRunner = suiteRunnerFor(environment);
    const fresh = await synthesize({ ...options, environment, suiteRunner });
    pushAll(
      made,
      fresh.filter(({ instance_id }) => !known.has(instance_id)),
    );
    for (const { path, text } of await suiteRunner.readFiles(environment.source_globs))
      for (const [name, source] of await functionSources(text, environment.language))
        sources.set(`${environment.name}:${path}::${name}`, source);
  }
  const functions = [...new Set([...existing, ...made].flatMap(functionsOf))].map(
    (key): SplitFunction => ({ key, source: sources.get(key) ?? key, stratum: key.slice(0, key.indexOf(':')) }),
  );
  const decided = new Map(existing.flatMap((instance) => functionsOf(instance).map((key) => [key, instance.split])));
  const splits = assignSplits(functions, { heldoutShare: options.heldoutShare, seed: options.seed, decided });
  const { heldoutShare, seed } = options;
  return environments.flatMap(({ name, ladder }) => {
    const own = made.filter(({ environment }) => environment === name);
    if (ladder === undefined)
      return own.map((instance) => ({ ...instance, split: splits.get(functionsOf(instance)[0]!)! }));
    const withSource = own.map((instance) => ({ instance, source: sources.get(functionsOf(instance)[0]!)! }));
    return layLadder(withSource, { ladder, heldoutShare, seed });
  });
}

/** `environment:path::name` of the functions that an instance's bug is in. */
export const functionsOf = ({ environment, metadata }: Instance): string[] =>
  (metadata.function ?? '')
    .split(' ')
    .filter((name) => name !== '')
    .map((name) => `${environment}:${name}`);
