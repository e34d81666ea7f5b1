// The declarations of every command, and the parsing of a command line without running it.
import { loadAll } from '../../../src/cli/command-table.ts';
import type { CommandDefinition, CommandGroup, Invocation } from '../../../src/cli/options/command.ts';
import { createParser } from '../../../src/cli/options/parser.ts';

export async function everyCommand(): Promise<{ path: string; definition: CommandDefinition }[]> {
  const loaded = await loadAll(async () => 0);
  return loaded.flatMap((one) => leavesOf(one));
}

function leavesOf(one: CommandDefinition | CommandGroup): { path: string; definition: CommandDefinition }[] {
  if (!('commands' in one)) return [{ path: one.name, definition: one }];
  return one.commands.map((definition) => ({ path: `${one.name} ${definition.name}`, definition }));
}

/** The options that a command would run with; throws what the command line is refused with. */
export async function parse(
  definition: CommandDefinition,
  argv: readonly string[],
): Promise<{ options: Record<string, unknown>; invocation: Invocation }> {
  let parsed: { options: Record<string, unknown>; invocation: Invocation } | undefined;
  const watched: CommandDefinition = {
    ...definition,
    run: async (options, invocation) => {
      parsed = { options, invocation };
    },
  };
  await createParser(watched)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .parseAsync([...argv], { from: 'user' });
  return parsed!;
}
