// The `stepwright` program: finds the command, loads its file alone, runs it, turns what it throws into one line and an exit code.
import { Command, CommanderError } from 'commander';
import { EXIT, quitUnread, reportError } from './output.ts';

/** Every command, in the order of the work. Loaded on demand: `--help` must not pay for TensorFlow.js. */
const commands: Record<string, { about: string; load: () => Promise<Command> }> = {
  doctor: {
    about: 'what works on this machine, and what to do about the rest',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand(),
  },
  quickstart: {
    about: 'the whole loop on what ships: no key, no GPU',
    load: async () => (await import('./commands/quickstart.ts')).quickstartCommand(run),
  },
  tasks: {
    about: 'list, validate, synthesise and import instances',
    load: async () => (await import('./commands/tasks.ts')).tasksCommand(),
  },
  envs: {
    about: 'build, list and prune environment images',
    load: async () => (await import('./commands/envs.ts')).envsCommand(),
  },
  collect: {
    about: 'instances + teacher → trajectories',
    load: async () => (await import('./commands/collect.ts')).collectCommand(),
  },
  replay: {
    about: 'run trajectories again in fresh sandboxes: do they still do what they say?',
    load: async () => (await import('./commands/replay.ts')).replayCommand(),
  },
  convert: {
    about: "other tools' trajectory files ↔ ours",
    load: async () => (await import('./commands/convert.ts')).convertCommand(),
  },
  lint: {
    about: 'what is wrong with trajectories, and a copy without secrets',
    load: async () => (await import('./commands/lint.ts')).lintCommand(),
  },
  filter: {
    about: 'the trajectories that are worth learning from',
    load: async () => (await import('./commands/filter.ts')).filterCommand(),
  },
  extract: {
    about: 'trajectories → step instances',
    load: async () => (await import('./commands/extract.ts')).extractCommand(),
  },
  reward: {
    about: 'pairs of actions → step rewards',
    load: async () => (await import('./commands/reward.ts')).rewardCommand(),
  },
  train: {
    about: 'step instances + student → checkpoint (SFT, SRL)',
    load: async () => (await import('./commands/train.ts')).trainCommand(),
  },
  score: {
    about: 'predictions, or a model to run → verdicts and report',
    load: async () => (await import('./commands/score.ts')).scoreCommand(),
  },
  leaderboard: {
    about: 'run folders → table and page',
    load: async () => (await import('./commands/leaderboard.ts')).leaderboardCommand(),
  },
  sandbox: {
    about: 'remove what dead runs left',
    load: async () => (await import('./commands/sandbox.ts')).sandboxCommand(),
  },
};

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
  for (const [name, { about, load }] of Object.entries(commands)) {
    const command = name === wanted ? await load() : new Command(name);
    program.addCommand(withExitOverride(command.description(about)));
  }
  return program;
}

/** commander does not pass `exitOverride` on to commands that were made elsewhere. */
function withExitOverride(command: Command): Command {
  command.exitOverride().showHelpAfterError('(--help shows what is known)');
  command.commands.forEach(withExitOverride);
  return command;
}
