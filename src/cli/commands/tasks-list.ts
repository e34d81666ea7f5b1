// `tasks list`: instances and their counts.
import { Command } from 'commander';
import type { Instance } from '../../core/schema/instance.ts';
import { loadSelected, type SelectionOptions, withSelection } from '../options/selection.ts';
import { printJson, printText } from '../output.ts';

export const tasksListCommand = (): Command =>
  withSelection(new Command('list'))
    .description('instances of suites, folders or files; all suites when none is named')
    .argument('[sources...]', 'suite, task folder, .jsonl(.gz) or .json')
    .option('--json', 'print counts and ids as the last line of stdout')
    .addHelpText('after', '\nExample:\n  stepwright tasks list upstream --split heldout')
    .action(async (sources: string[], options: SelectionOptions & { json?: boolean }) => {
      const instances = await loadSelected(sources, options);
      if (options.json) return printJson({ ...countsOf(instances), ids: instances.map((row) => row.instance_id) });
      for (const row of instances)
        printText([row.instance_id, row.split, row.environment, row.metadata.function ?? row.repo].join('\t'));
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
