// `train` (and the program train-swe): step instances and a student in, a better student out.
import { interruptSignal } from '../../core/run/interrupt.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { type MemoryPlan, renderPlan, requireFit } from '../../learning/train/memory/memory-plan.ts';
import { planTraining, presetOf, trainRun } from '../../learning/train/train-run.ts';
import { defineCommand } from '../options/command.ts';
import { toRunOptions, trainCommandSchema } from '../options/train.ts';
import { printJson, printText } from '../output.ts';

export const trainCommand = defineCommand({
  name: 'train',
  about: 'Trains a student: on step instances (SFT, SRL), or on the outcome of its attempts (RLVR).',
  options: trainCommandSchema,
  defaultsFor: presetOf,
  examples: [
    'stepwright train --method sft --steps steps.jsonl --student students/base-tiny --updates 150',
    'stepwright train --method srl --steps steps.jsonl --student runs/sft/best --updates 60 --batch 16 --lr 3e-4',
    'stepwright train --method srl --steps steps.jsonl --student runs/sft/best --lora-r 16 --lora-targets q_proj v_proj',
    'stepwright train --method srl --steps steps.jsonl --student Qwen/Qwen2.5-Coder-0.5B-Instruct --lora-r 16 --dry-run',
    "stepwright train --method srl --steps steps.jsonl --student runs/sft/best --then '--method rlvr --tasks katas --updates 10'",
    'stepwright train --method sft --steps base.jsonl --init tiny --updates 1500 --batch 64 --schedule cosine',
  ],
  async run({ json, dryRun }, { given }) {
    const options = toRunOptions(given);
    const control = { onEvent: createReporter(), signal: interruptSignal() };
    if (dryRun) return printPlan(await planTraining(options, control), json);
    const started = performance.now();
    const result = await trainRun(options, control);
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    if (json) printJson({ ...result, seconds });
    else printText(result.student);
  },
});

function printPlan(plan: MemoryPlan, json: boolean): void {
  if (json) printJson(plan);
  else printText(renderPlan(plan));
  requireFit(plan);
}
