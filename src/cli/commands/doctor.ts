// `doctor`: what works on this machine, and what to do about the rest. Changes nothing.
import { z } from 'zod';
import { keyCheck } from '../../agents/model/health.ts';
import { jsonField } from '../../core/options/vocabulary.ts';
import { trainingChecks } from '../../learning/student/backend/health.ts';
import { sandboxChecks } from '../../world/sandbox/health/health.ts';
import { lockCheck } from '../../world/sandbox/health/locks.ts';
import { registryChecks } from '../../world/sandbox/health/registries.ts';
import { defineCommand } from '../options/command.ts';
import { EXIT, printJson, printStyled } from '../output.ts';
import { renderCheck } from '../reports/doctor.ts';

export const doctorCommand = defineCommand({
  name: 'doctor',
  about: 'Checks what works on this machine and says what to do about the rest. Changes nothing.',
  options: z.object({ json: jsonField('{ok, checks}') }),
  examples: ['stepwright doctor'],
  async run({ json }) {
    const groups = await Promise.all([lockCheck(), sandboxChecks(), registryChecks(), trainingChecks()]);
    const checks = [...groups.flat(), keyCheck()];
    const ok = !checks.some(({ status }) => status === 'broken');
    process.exitCode = ok ? EXIT.done : EXIT.usage;
    if (json) printJson({ ok, checks });
    else for (const check of checks) printStyled(renderCheck(check));
  },
});
