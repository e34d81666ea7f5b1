// Who we are to a registry, as the Docker client keeps it: DOCKER_AUTH_CONFIG, else config.json with its credential helpers.
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { ConfigError, messageOf } from '../../../core/schema/errors.ts';

export type Credentials = { username: string; password: string } | { identitytoken: string };

const authSchema = z.object({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
});
const configSchema = z.object({
  auths: z.record(z.string(), authSchema).default({}),
  credHelpers: z.record(z.string(), z.string()).default({}),
  credsStore: z.string().optional(),
});

const HUB = 'docker.io';
/** What the Docker client calls Docker Hub in its files. */
const HUB_KEY = 'https://index.docker.io/v1/';

/** Host of the registry that an image reference names: `docker.io` where it names none. */
export function registryOf(reference: string): string {
  const [first = '', ...rest] = reference.split('/');
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost') ? first : HUB;
}

/** Undefined where nothing is known for that registry: it is asked as anybody may. */
export async function credentialsFor(
  reference: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Credentials | undefined> {
  const registry = registryOf(reference);
  const { auths, credHelpers, credsStore } = await readConfig(env);
  const helper = credHelpers[registry] ?? credsStore;
  const key = registry === HUB ? HUB_KEY : registry;
  if (helper !== undefined) return askHelper(helper, key);
  const [, entry] = Object.entries(auths).find(([name]) => hostOf(name) === hostOf(key)) ?? [];
  if (entry?.identitytoken) return { identitytoken: entry.identitytoken };
  const [username = '', ...password] = Buffer.from(entry?.auth ?? '', 'base64')
    .toString('utf8')
    .split(':');
  if (entry?.auth) return { username, password: password.join(':') };
  if (entry?.username !== undefined) return { username: entry.username, password: entry.password ?? '' };
  return undefined;
}

const hostOf = (key: string): string => key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');

async function readConfig(env: NodeJS.ProcessEnv): Promise<z.infer<typeof configSchema>> {
  const file = join(env.DOCKER_CONFIG ?? join(homedir(), '.docker'), 'config.json');
  const name = env.DOCKER_AUTH_CONFIG ? 'DOCKER_AUTH_CONFIG' : file;
  const text = env.DOCKER_AUTH_CONFIG || (await readFile(file, 'utf8').catch(() => '{}'));
  try {
    return configSchema.parse(JSON.parse(text));
  } catch (error) {
    // Zod's and JSON's messages may quote what is secret.
    throw new ConfigError(`${name}: not the JSON of a Docker client's config. Fix it, or \`docker login\` again.`, {
      cause: error,
    });
  }
}

/** The protocol of docker-credential-helpers: the registry on stdin, JSON on stdout. */
async function askHelper(helper: string, registry: string): Promise<Credentials | undefined> {
  const program = `docker-credential-${helper}`;
  const result = await execa(program, ['get'], { input: registry, reject: false, timeout: 10_000 });
  if (result.exitCode !== 0) {
    if (/not found/i.test(result.stdout ?? '')) return undefined;
    throw new ConfigError(`${program} gives no credentials for ${registry}: ${result.stdout || result.shortMessage}`);
  }
  try {
    const { Username, Secret } = JSON.parse(result.stdout) as { Username: string; Secret: string };
    return Username === '<token>' ? { identitytoken: Secret } : { username: Username, password: Secret };
  } catch (error) {
    throw new ConfigError(`${program} does not answer with JSON: ${messageOf(error)}`, { cause: error });
  }
}
