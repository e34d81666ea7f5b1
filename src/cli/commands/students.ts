// `students`: models that can be trained.
import type { CommandGroup } from '../options/command.ts';
import { studentsImportCommand } from './students-import.ts';

export const studentsCommand: CommandGroup = {
  name: 'students',
  about: 'Imports pretrained models as students.',
  commands: [studentsImportCommand],
};
