// Environments: envs/<name>/env.yaml, beside the Dockerfile of their image.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { shipped } from '../../core/run/paths.ts';
import { type Environment, environmentSchema } from '../../core/schema/environment.ts';
import { TaskError } from '../../core/schema/errors.ts';
import type { Instance } from '../../core/schema/instance.ts';
import { issueText } from '../../core/schema/issue-text.ts';

export const environmentsDir = (): string => shipped('envs');

/** Where the Dockerfile is. */
export const environmentDir = (name: string): string => join(environmentsDir(), name);

export async function loadEnvironment(name: string, dir = environmentsDir()): Promise<Environment> {
  const file = join(dir, name, 'env.yaml');
  const isName = environmentSchema.shape.name.safeParse(name).success; // it comes from rows, and ends up in a path
  const text = await (isName ? readFile(file, 'utf8') : Promise.reject()).catch(async () => {
    const known = (await environmentNames(dir)).join(', ') || 'none';
    throw new TaskError(`Unknown environment "${name}": ${file} is not there. Known: ${known}.`);
  });
  const value = parseYaml(text, file);
  const result = environmentSchema.safeParse(value);
  if (!result.success) throw new TaskError(`${file}: ${issueText(result.error, value)}.`);
  if (result.data.name !== name)
    throw new TaskError(`${file}: \`name\` must be the folder's name "${name}", got "${result.data.name}".`);
  return result.data;
}

export async function loadEnvironments(dir = environmentsDir()): Promise<Environment[]> {
  return Promise.all((await environmentNames(dir)).map((name) => loadEnvironment(name, dir)));
}

export type EnvironmentsByName = ReadonlyMap<string, Environment>;

/** Those that some instances are in. */
export async function loadEnvironmentsOf(
  instances: readonly Pick<Instance, 'environment'>[],
): Promise<EnvironmentsByName> {
  const names = [...new Set(instances.map(({ environment }) => environment))];
  const loaded = await Promise.all(names.map((name) => loadEnvironment(name)));
  return new Map(loaded.map((environment) => [environment.name, environment]));
}

/** Folders with an env.yaml; the base image's has none. */
async function environmentNames(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true }).catch(() => {
    throw new TaskError(`${dir}: no such folder. Give the folder that holds <name>/env.yaml.`);
  });
  return entries.flatMap((entry) => /^([^/\\]+)[/\\]env\.yaml$/.exec(entry)?.[1] ?? []).sort();
}

function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new TaskError(`${file}: not YAML (${(error as Error).message.split('\n')[0]}).`, { cause: error });
  }
}
