// `sandbox`: what dead runs left, and container engines tried against the contract.
import type { CommandGroup } from '../options/command.ts';
import { sandboxConformanceCommand } from './sandbox-conformance.ts';
import { sandboxReapCommand } from './sandbox-reap.ts';

export const sandboxCommand: CommandGroup = {
  name: 'sandbox',
  about: 'Removes what dead runs left, and tries a backend against the contract.',
  commands: [sandboxReapCommand, sandboxConformanceCommand],
};
