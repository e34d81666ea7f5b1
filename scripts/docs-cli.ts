// Writes docs/cli.md. A test fails when it is not current.
//
//   npm run docs:cli
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { cliReference } from './cli-reference.ts';

const file = resolve(import.meta.dirname, '../docs/cli.md');
await writeFile(file, await cliReference());
console.log(file);
