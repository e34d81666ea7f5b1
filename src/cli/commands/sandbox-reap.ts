// `sandbox reap`: what dead runs left goes.
import { z } from 'zod';
import { jsonField } from '../../core/options/vocabulary.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { reap } from '../../world/sandbox/container/reaper.ts';
import { requireEngine } from '../../world/sandbox/engine/ensure-engine.ts';
import { defineCommand } from '../options/command.ts';
import { printJson } from '../output.ts';

export const sandboxReapCommand = defineCommand({
  name: 'reap',
  about: 'Removes the containers and snapshots of runs that were killed or are past their deadline, and nothing else.',
  options: z.object({ json: jsonField('{removed}') }),
  examples: ['stepwright sandbox reap'],
  async run({ json }) {
    const { docker } = await requireEngine();
    const removed = await reap(docker);
    createReporter()({ type: 'note', text: `${removed.length} containers and snapshots removed` });
    if (json) printJson({ removed });
  },
});
