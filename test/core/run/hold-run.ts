// A process of its own that opens a run folder and stays in it until it is killed: `tsx hold-run.ts COMMAND FOLDER [CONFIG]`.
import { openRun } from '../../../src/core/run/run-dir.ts';

const [command, dir, config = '{}'] = process.argv.slice(2);
await openRun({ command: command!, config: JSON.parse(config), dir: dir! });
console.log('open');
setInterval(() => undefined, 60_000);
