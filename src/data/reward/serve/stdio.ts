// The reward over a pipe: a line of JSON in, a line of JSON out, in order, until the input ends.
import type { Readable, Writable } from 'node:stream';
import type { Scorer } from '../scorer.ts';
import { readStream, writeAnswers } from './lines.ts';

export const serveStdio = (scorer: Scorer, input: Readable, output: Writable): Promise<void> =>
  scorer.score(readStream(input, 'stdin'), (outcomes) => writeAnswers(output, outcomes));
