// A training run in a process of its own, to be killed: `tsx kill-train.ts JOB`, a file with the method's options and the run folder. A line
// for every update.
import { readFileSync } from 'node:fs';
import { trainMethod } from './methods.ts';

const { options, run } = JSON.parse(readFileSync(process.argv[2]!, 'utf8'));
await trainMethod(options, {
  run,
  emit: (event) => {
    if ('text' in event && event.text?.startsWith('update ')) console.log(event.text);
  },
});
