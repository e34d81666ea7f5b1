// `sandbox conformance`: a backend is tried against the contract.
import { z } from 'zod';
import { option } from '../../core/options/option.ts';
import { jsonField, runtimeField } from '../../core/options/vocabulary.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { renderOutcomes } from '../../world/sandbox/conformance/table.ts';
import { defineCommand } from '../options/command.ts';
import { EXIT, printJson, printStyled, printText } from '../output.ts';

export const sandboxConformanceCommand = defineCommand({
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
  async run({ json, ...options }) {
    const { reportConformance } = await import('../../world/sandbox/conformance/report.ts');
    const emit = createReporter();
    const report = await reportConformance(options, { onEvent: emit, signal: interruptSignal() });
    const { backend, passed, failed, skipped, gaps, cases } = report;
    if (failed > 0) process.exitCode = EXIT.someFailed;
    printStyled(renderOutcomes(cases));
    for (const gap of gaps) emit({ type: 'warn', text: gap });
    printText(`\n${backend}: ${passed} passed, ${failed} failed, ${skipped} skipped`);
    if (json) printJson(report);
  },
});
