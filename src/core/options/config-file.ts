// A configuration file: a command's options as YAML (or JSON), under the names of their flags.
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { ConfigError } from '../schema/errors.ts';
import type { Given } from './check.ts';
import { describeOptions, type OptionFields } from './option.ts';

/** In a run folder: the options the run was started with. */
export const CONFIG_FILE = 'config.yaml';

/** Keys become option names; one that is no option of the command is refused. `path` may be a run folder. */
export async function readConfigFile(path: string, fields: OptionFields): Promise<Given> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const file = isFolder ? join(path, CONFIG_FILE) : path;
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError(`--config ${file}: cannot be read (${error.code}). Give a YAML file or a run folder.`);
  });
  const content = parseYaml(text, file);
  const options = describeOptions(fields);
  return Object.fromEntries(
    Object.entries(content).map(([key, value]) => {
      const found = options.find(({ flag }) => flag === key);
      if (found !== undefined) return [found.name, value];
      const renamed = options.find(({ formerly }) => formerly?.includes(key));
      const flags = options.map(({ flag }) => flag).sort();
      throw new ConfigError(
        `${file}: \`${key}\` is ${renamed ? `\`${renamed.flag}\` now. Rename it.` : `no option here. Known: ${flags.join(', ')}.`}`,
      );
    }),
  );
}

function parseYaml(text: string, file: string): Record<string, unknown> {
  let content: unknown;
  try {
    content = parse(text) ?? {};
  } catch (error) {
    const [line] = (error as Error).message.split('\n');
    throw new ConfigError(`${file}: not YAML (${line}).`, { cause: error });
  }
  if (typeof content === 'object' && !Array.isArray(content)) return content as Record<string, unknown>;
  throw new ConfigError(`${file}: expected a map of options to values, as \`jobs: 4\`.`);
}

/** Which run it is, and how its result is shown, is no part of what is repeated. */
const NOT_KEPT = ['run', 'json', 'dryRun'];

/** What a run folder keeps of a command's options: every one that has a value and is no secret. */
export function keptOptions(fields: OptionFields, values: Given): Given {
  const entries = describeOptions(fields)
    .filter(({ name, isSecret }) => !isSecret && !NOT_KEPT.includes(name))
    .map(({ name, flag, kind, default: otherwise }) => {
      const value = values[name] ?? otherwise;
      return [flag, kind === 'text' || value === undefined ? value : fields[name]!.parse(value)] as const;
    });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

export const renderConfig = (command: string, values: Given): string =>
  `# Repeats the run: stepwright ${command.replace(/^tasks-/, 'tasks ')} -c ${CONFIG_FILE}\n${stringify(values)}`;
