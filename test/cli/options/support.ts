// The declarations of every command, and the parsing of a command line without running it.
import type { CommandDefinition, Invocation } from '../../../src/cli/options/command.ts';
import { createParser } from '../../../src/cli/options/parser.ts';

export { everyCommand } from '../../../src/cli/command-table.ts';

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
