// `tasks list`: instances and their counts.
import { z } from 'zod';
import { jsonField, sourcesField } from '../../core/options/vocabulary.ts';
import type { Instance } from '../../core/schema/instance.ts';
import { loadSelected, SOURCES, selectionFields } from '../../world/task/selection.ts';
import { defineCommand } from '../options/command.ts';
import { printJson, printText } from '../output.ts';

export const tasksListCommand = defineCommand({
  name: 'list',
  about: 'Lists the instances of suites, folders or files.',
  options: z.object({
    sources: sourcesField(`${SOURCES}; all suites by default`),
    ...selectionFields,
    json: jsonField('counts and ids'),
  }),
  positional: 'sources',
  examples: ['stepwright tasks list upstream --split heldout'],
  async run({ sources, json, ...selection }) {
    const instances = await loadSelected(sources, selection);
    if (json) return printJson({ ...countsOf(instances), ids: instances.map((row) => row.instance_id) });
    for (const row of instances)
      printText([row.instance_id, row.split, row.environment, row.metadata.function ?? row.repo].join('\t'));
  },
});

const countsOf = (instances: readonly Instance[]) => ({
  total: instances.length,
  splits: countBy(instances, (row) => row.split),
  environments: countBy(instances, (row) => row.environment),
  mutations: countBy(instances, (row) => row.metadata.mutation ?? row.metadata.origin ?? ''),
});

function countBy(instances: readonly Instance[], keyOf: (row: Instance) => string): Record<string, number> {
  const counts: Record<string, number> = Object.create(null);
  for (const row of instances) counts[keyOf(row)] = (counts[keyOf(row)] ?? 0) + 1;
  return counts;
}
