// Every command, in the order of the work. Loaded on demand: `--help` must not pay for TensorFlow.js.
import type { CommandDefinition, CommandGroup } from './options/command.ts';
import type { RunCommand } from './run-stages.ts';

export interface CommandEntry {
  /** Its line in the list of commands. */
  summary: string;
  /** `run` runs another command line in this process. */
  load(run: RunCommand): Promise<CommandDefinition | CommandGroup>;
}

export const commandTable: Readonly<Record<string, CommandEntry>> = {
  doctor: {
    summary: 'check what works on this machine',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand,
  },
  quickstart: {
    summary: 'run the whole loop on what ships: no key, no GPU',
    load: async (run) => (await import('./commands/quickstart.ts')).quickstartCommand(run),
  },
  tasks: {
    summary: 'list, validate, make and import instances',
    load: async () => (await import('./commands/tasks.ts')).tasksCommand,
  },
  envs: {
    summary: 'build, list and remove environment images',
    load: async () => (await import('./commands/envs.ts')).envsCommand,
  },
  collect: {
    summary: 'instances and a teacher → trajectories',
    load: async () => (await import('./commands/collect.ts')).collectCommand,
  },
  replay: {
    summary: 'run trajectories again in fresh sandboxes',
    load: async () => (await import('./commands/replay.ts')).replayCommand,
  },
  convert: {
    summary: "other tools' trajectory files ↔ Stepwright's",
    load: async () => (await import('./commands/convert.ts')).convertCommand,
  },
  lint: {
    summary: 'report what is wrong with trajectories',
    load: async () => (await import('./commands/lint.ts')).lintCommand,
  },
  filter: {
    summary: 'keep the trajectories that are worth learning from',
    load: async () => (await import('./commands/filter.ts')).filterCommand,
  },
  extract: {
    summary: 'trajectories → step instances',
    load: async () => (await import('./commands/extract.ts')).extractCommand,
  },
  reward: {
    summary: 'pairs of actions → step rewards',
    load: async () => (await import('./commands/reward.ts')).rewardCommand,
  },
  students: {
    summary: 'import pretrained models as students',
    load: async () => (await import('./commands/students.ts')).studentsCommand,
  },
  train: {
    summary: 'step instances and a student → checkpoint (SFT, SRL, RLVR)',
    load: async () => (await import('./commands/train.ts')).trainCommand,
  },
  score: {
    summary: 'predictions, or a student to run → verdicts and report',
    load: async () => (await import('./commands/score.ts')).scoreCommand,
  },
  leaderboard: {
    summary: 'run folders → table and page',
    load: async () => (await import('./commands/leaderboard.ts')).leaderboardCommand,
  },
  sandbox: {
    summary: 'remove what dead runs left; try a container engine',
    load: async () => (await import('./commands/sandbox.ts')).sandboxCommand,
  },
  completion: {
    summary: 'print a completion script for bash, zsh or fish',
    load: async (run) => (await import('./commands/completion.ts')).completionCommand(() => loadAll(run)),
  },
};

/** All of them: for shell completion and documentation. */
export const loadAll = (run: RunCommand): Promise<(CommandDefinition | CommandGroup)[]> =>
  Promise.all(Object.values(commandTable).map(({ load }) => load(run)));

export interface NamedCommand {
  /** As typed after `stepwright`: `tasks list`. */
  path: string;
  definition: CommandDefinition;
}

/** Every command that can be run, those of groups too. */
export async function everyCommand(): Promise<NamedCommand[]> {
  const loaded = await loadAll(async () => 0);
  return loaded.flatMap((one) =>
    'commands' in one
      ? one.commands.map((definition) => ({ path: `${one.name} ${definition.name}`, definition }))
      : [{ path: one.name, definition: one }],
  );
}
