// `completion`: the script with which a shell completes commands and options.
import { z } from 'zod';
import { option } from '../../core/options/option.ts';
import { renderBash } from '../completion/bash.ts';
import { entryOf } from '../completion/entries.ts';
import { renderFish } from '../completion/fish.ts';
import { renderZsh } from '../completion/zsh.ts';
import { type CommandDefinition, type CommandGroup, defineCommand } from '../options/command.ts';

const renderers = { bash: renderBash, zsh: renderZsh, fish: renderFish };

export const completionCommand = (loadAll: () => Promise<(CommandDefinition | CommandGroup)[]>) =>
  defineCommand({
    name: 'completion',
    about: 'Prints a script that completes commands and options in a shell.',
    options: z.object({ shell: option(z.enum(['bash', 'zsh', 'fish']), 'bash, zsh or fish') }),
    positional: 'shell',
    examples: [
      'source <(stepwright completion bash)',
      'source <(stepwright completion zsh)',
      'stepwright completion fish | source',
    ],
    async run({ shell }) {
      process.stdout.write(renderers[shell]((await loadAll()).map(entryOf)));
    },
  });
