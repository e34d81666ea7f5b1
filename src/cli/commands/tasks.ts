// `tasks`: instances listed, validated, made and imported.
import type { CommandGroup } from '../options/command.ts';
import { tasksBuildCommand } from './tasks-build.ts';
import { tasksCompleteCommand } from './tasks-complete.ts';
import { tasksImportCommand } from './tasks-import.ts';
import { tasksListCommand } from './tasks-list.ts';
import { tasksSynthCommand } from './tasks-synth.ts';
import { tasksValidateCommand } from './tasks-validate.ts';

export const tasksCommand: CommandGroup = {
  name: 'tasks',
  about: 'Lists, validates, makes and imports instances.',
  commands: [
    tasksListCommand,
    tasksValidateCommand,
    tasksBuildCommand,
    tasksSynthCommand,
    tasksCompleteCommand,
    tasksImportCommand,
  ],
};
