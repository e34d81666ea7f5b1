// The thread that reads what hostile code wrote: see read-results.ts.
import { serveThread } from '../../../core/run/thread.ts';
import type { ParseJob, ParseOutcome } from './read-results.ts';
import { findParser } from './registry.ts';
import { suiteRan } from './suite-ran.ts';

const parse = ({ parser, log, report, isFailOnly }: ParseJob): ParseOutcome => {
  const { statuses, flaw } = findParser(parser).parse(log, report);
  return { statuses, flaw, suiteRan: isFailOnly && suiteRan(log) };
};

serveThread(Promise.resolve(parse));
