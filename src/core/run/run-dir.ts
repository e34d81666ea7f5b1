// A run folder: the resolved config it can be run again from, and whatever its command writes. Naming an existing one resumes it.
import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ConfigError } from '../schema/errors.ts';
import { writeJson } from './files.ts';

export interface RunDir {
  readonly id: string;
  readonly dir: string;
  /** True when the folder held an earlier part of this run. */
  readonly resumed: boolean;
  path(...parts: string[]): string;
}

/** Opens `dir`, or makes `runs/<command>-<date>-<short id>`. A folder of another command or config is refused. */
export async function openRun(options: {
  command: string;
  config: Record<string, unknown>;
  dir?: string | undefined;
}): Promise<RunDir> {
  const { command, config } = options;
  const date = new Date().toISOString().slice(0, 10);
  const dir = resolve(options.dir ?? join('runs', `${command}-${date}-${randomBytes(3).toString('hex')}`));
  await mkdir(dir, { recursive: true });
  const file = join(dir, 'run.json');
  const old = await readFile(file, 'utf8').then(JSON.parse, () => undefined);
  if (old !== undefined && old.command !== command)
    throw new ConfigError(`${dir} holds a run of \`${old.command}\`, not of \`${command}\`. Name another folder.`);
  const changed =
    old && Object.keys(config).filter((key) => JSON.stringify(old.config[key]) !== JSON.stringify(config[key]));
  if (changed?.length > 0)
    throw new ConfigError(
      `${dir} was run with another ${changed.join(', ')}. Resume with the same settings, or name another folder.`,
    );
  const id: string = old?.id ?? `${command}-${randomBytes(4).toString('hex')}`;
  if (old === undefined) await writeJson(file, { id, command, config, started: new Date().toISOString() });
  return { id, dir, resumed: old !== undefined, path: (...parts) => join(dir, ...parts) };
}
