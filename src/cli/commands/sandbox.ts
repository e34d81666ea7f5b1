// `sandbox reap` removes what dead runs left; `sandbox conformance` tries a backend against the contract.
import { z } from 'zod';
import { option } from '../../core/options/option.ts';
import { jsonField, runtimeField } from '../../core/options/vocabulary.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { createReporter } from '../../core/run/reporter.ts';
import type { CaseOutcome } from '../../world/sandbox/conformance/conformance.ts';
import { renderOutcomes } from '../../world/sandbox/conformance/table.ts';
import { reap } from '../../world/sandbox/container/reaper.ts';
import { requireEngine } from '../../world/sandbox/engine/ensure-engine.ts';
import { type CommandGroup, defineCommand } from '../options/command.ts';
import { EXIT, printJson, printStyled, printText } from '../output.ts';

const reapCommand = defineCommand({
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

const conformanceCommand = defineCommand({
  name: 'conformance',
  about: 'Tries every promise of the sandbox on a backend; exits with 1 when one is not kept.',
  options: z.object({
    backend: option(z.enum(['docker', 'podman']).default('docker'), 'container engine to try', { value: 'name' }),
    image: option(z.string().optional(), 'image that the engine has', {
      value: 'name',
      shownDefault: "one made of this machine's busybox, bash and git",
    }),
    runtime: runtimeField,
    json: jsonField('{backend, passed, failed, skipped, gaps, cases}'),
  }),
  examples: ['stepwright sandbox conformance --backend podman --json'],
  async run({ backend: name, image, runtime, json }) {
    const { runConformance } = await import('../../world/sandbox/conformance/conformance.ts');
    const { openConformance } = await import('../../world/sandbox/conformance/open.ts');
    const emit = createReporter();
    await using opened = await openConformance(name, emit, runtime);
    const tried = image ?? (await opened.image('full'));
    emit({ type: 'note', text: `trying the sandbox contract on ${name}, in ${tried}` });
    const cases = await runConformance(opened.backend, tried, { signal: interruptSignal() });
    const count = (wanted: CaseOutcome['outcome']) => cases.filter(({ outcome }) => outcome === wanted).length;
    const counts = { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
    if (counts.failed > 0) process.exitCode = EXIT.someFailed;
    printStyled(renderOutcomes(cases));
    const gaps = await opened.gaps(tried);
    for (const gap of gaps) emit({ type: 'warn', text: gap });
    printText(`\n${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
    if (json) printJson({ backend: name, ...counts, gaps, cases });
  },
});

export const sandboxCommand: CommandGroup = {
  name: 'sandbox',
  about: 'Removes what dead runs left, and tries a backend against the contract.',
  commands: [reapCommand, conformanceCommand],
};
