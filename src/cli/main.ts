// The `stepwright` program: finds the command, loads its file alone, runs it, turns what it throws into one line and an exit code.
import { Command, CommanderError } from 'commander';
import { commandTable } from './command-table.ts';
import { createParser } from './options/parser.ts';
import { EXIT, quitUnread, reportError } from './output.ts';

/** Runs one command line (without `node` and the script); resolves with the exit code and never throws. */
export async function run(argv: readonly string[]): Promise<number> {
  process.exitCode = EXIT.done;
  process.stdout.off('error', quitUnread).on('error', quitUnread);
  try {
    await (await createProgram(argv)).parseAsync([...argv], { from: 'user' });
    return Number(process.exitCode ?? EXIT.done);
  } catch (error) {
    // commander has printed its own message by then
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    return reportError(error);
  }
}

async function createProgram(argv: readonly string[]): Promise<Command> {
  const program = new Command('stepwright')
    .description("Turns a strong coding agent's work into a better small one.")
    .option('--debug', 'print stack traces')
    .exitOverride()
    .showHelpAfterError('(--help shows what is known)');
  const wanted = argv.find((argument) => !argument.startsWith('-'));
  for (const [name, { summary, load }] of Object.entries(commandTable)) {
    const command = name === wanted ? createParser(await load(run)) : new Command(name);
    program.addCommand(withExitOverride(command.summary(summary)));
  }
  return program;
}

/** commander does not pass `exitOverride` on to commands that were made elsewhere. */
function withExitOverride(command: Command): Command {
  command.exitOverride().showHelpAfterError('(--help shows what is known)');
  command.commands.forEach(withExitOverride);
  return command;
}
