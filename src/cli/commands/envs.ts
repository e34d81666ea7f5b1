// `envs`: the images of the environments under envs/.
import type { CommandGroup } from '../options/command.ts';
import { envsBuildCommand } from './envs-build.ts';
import { envsListCommand } from './envs-list.ts';
import { envsPruneCommand } from './envs-prune.ts';

export const envsCommand: CommandGroup = {
  name: 'envs',
  about: 'Builds, lists and removes the images of environments.',
  commands: [envsBuildCommand, envsListCommand, envsPruneCommand],
};
