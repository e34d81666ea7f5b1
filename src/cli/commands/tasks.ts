// `tasks`: instances shown, proved, made and brought in.
import { Command } from 'commander';
import { tasksBuildCommand } from './tasks-build.ts';
import { tasksCompleteCommand } from './tasks-complete.ts';
import { tasksImportCommand } from './tasks-import.ts';
import { tasksListCommand } from './tasks-list.ts';
import { tasksSynthCommand } from './tasks-synth.ts';
import { tasksValidateCommand } from './tasks-validate.ts';

export function tasksCommand(): Command {
  return new Command('tasks')
    .addCommand(tasksListCommand())
    .addCommand(tasksValidateCommand())
    .addCommand(tasksBuildCommand())
    .addCommand(tasksSynthCommand())
    .addCommand(tasksCompleteCommand())
    .addCommand(tasksImportCommand());
}
