// A run folder: the resolved config it can be run again from, and whatever its command writes. Naming an existing one resumes it. One
// process at a time has it.
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { Given } from '../options/check.ts';
import { CONFIG_FILE, renderConfig } from '../options/config-file.ts';
import { ConfigError } from '../schema/errors.ts';
import { describeHolder, tryLock } from './file-lock.ts';
import { readJsonOr, writeFileAtomic, writeJson } from './files.ts';

export interface RunDir {
  readonly id: string;
  readonly dir: string;
  /** True when the folder held an earlier part of this run. */
  readonly resumed: boolean;
  path(...parts: string[]): string;
}

/** Nobody else opens the folder until this is disposed of. */
export type OpenRun = RunDir & AsyncDisposable;

export interface RunOptions {
  command: string;
  config: Record<string, unknown>;
  /** What an option that a folder of an earlier version does not have was then. */
  defaults?: Record<string, unknown> | undefined;
  /** Hash of the content of what the run reads, by the name of its option. */
  inputs?: Record<string, string | undefined> | undefined;
  dir?: string | undefined;
  /** Every option of the command, for `--config` to repeat the run. */
  resolved?: Given | undefined;
}

/** Another process is at work in the folder. */
export class RunHeldError extends ConfigError {}

/** What `run.json` holds. */
export const runFileSchema = z.object({
  id: z.string(),
  command: z.string(),
  config: z.record(z.string(), z.unknown()),
  /** Missing in folders of earlier versions. */
  inputs: z.record(z.string(), z.string()).optional(),
  started: z.string().optional(),
});

/** Opens `dir`, or makes `runs/<command>-<date>-<short id>`. A folder of another command, config or input is refused, and so is one that
 * is open. */
export async function openRun(options: RunOptions): Promise<OpenRun> {
  const date = new Date().toISOString().slice(0, 10);
  const name = `${options.command}-${date}-${randomBytes(3).toString('hex')}`;
  const dir = resolve(options.dir ?? join('runs', name));
  await mkdir(dir, { recursive: true });
  const taken = await tryLock(join(dir, 'run.lock'));
  if ('holder' in taken)
    throw new RunHeldError(
      `${dir} is in use by ${describeHolder(taken.holder)}. Wait until it ends, or name another folder.`,
    );
  const { lock } = taken;
  try {
    return { ...(await resumeOrStart(dir, options)), [Symbol.asyncDispose]: async () => lock.release() };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** An empty or torn `run.json` says nothing about the settings: it is written anew. */
async function resumeOrStart(dir: string, options: RunOptions): Promise<RunDir> {
  const { command, config, defaults = {}, inputs = {}, resolved } = options;
  const file = join(dir, 'run.json');
  const old = await readJsonOr(file, runFileSchema);
  if (old !== undefined)
    refuseOther(dir, { ...old, config: { ...defaults, ...old.config } }, { command, config, inputs });
  const id = old?.id ?? `${command}-${randomBytes(4).toString('hex')}`;
  const started = old?.started ?? new Date().toISOString();
  if (old === undefined && resolved !== undefined)
    await writeFileAtomic(join(dir, CONFIG_FILE), renderConfig(command, resolved));
  if (old?.inputs === undefined) await writeJson(file, { id, command, config: old?.config ?? config, inputs, started });
  return { id, dir, resumed: old !== undefined, path: (...parts) => join(dir, ...parts) };
}

function refuseOther(
  dir: string,
  old: z.infer<typeof runFileSchema>,
  {
    command,
    config,
    inputs,
  }: { command: string; config: Record<string, unknown>; inputs: Record<string, string | undefined> },
): void {
  if (old.command !== command)
    throw new ConfigError(`${dir} holds a run of \`${old.command}\`, not of \`${command}\`. Name another folder.`);
  const settings = differing(old.config, config);
  if (settings.length > 0)
    throw new ConfigError(
      `${dir} was run with another ${settings.join(', ')}. Resume with the same settings, or name another folder.`,
    );
  const contents = differing(old.inputs ?? {}, inputs).filter((name) => old.inputs?.[name] && inputs[name]);
  if (contents.length > 0)
    throw new ConfigError(
      `${dir} was begun with other contents of ${contents.join(', ')}: they were edited since. Restore them, or name another folder.`,
    );
}

const differing = (old: Record<string, unknown>, now: Record<string, unknown>): string[] =>
  Object.keys(now).filter((key) => JSON.stringify(old[key]) !== JSON.stringify(now[key]));
