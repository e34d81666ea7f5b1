// `sandbox reap`: removes what dead runs left.
import { Command } from 'commander';
import { createReporter } from '../run/reporter.ts';
import { reap } from '../sandbox/container/reaper.ts';
import { requireEngine } from '../sandbox/engine/ensure-engine.ts';
import { printJson } from './output.ts';

export const sandboxCommand = (): Command =>
  new Command('sandbox').addCommand(reapCommand()).addHelpText('after', '\nExample:\n  stepwright sandbox reap');

const reapCommand = (): Command =>
  new Command('reap')
    .description(
      'remove the containers and snapshots of runs that were killed or are past their deadline, and nothing else',
    )
    .option('--json', 'print {removed} as the last line of stdout')
    .action(async ({ json }: { json?: boolean }) => {
      const { docker } = await requireEngine();
      const removed = await reap(docker);
      createReporter()({ type: 'note', text: `${removed.length} containers and snapshots removed` });
      if (json) printJson({ removed });
    });
