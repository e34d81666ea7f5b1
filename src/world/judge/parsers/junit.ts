// Test cases out of a JUnit XML report (pytest --junitxml, mocha's xunit reporter, …). What the tests print or raise is escaped in
// it, so nothing that they write can look like a test case.
import type { TestStatus, TestStatusMap } from '../../../core/schema/verdict.ts';
import { emptyStatuses, record } from './status.ts';

export interface TestCase {
  classname: string;
  name: string;
  status: TestStatus;
}

/** Every test case of a report, or undefined when the text is not a whole one. */
export function parseTestCases(xml: string): TestCase[] | undefined {
  if (!/<\/testsuites?>\s*$/.test(xml)) return undefined;
  // Quoted text first: a test case quoted in a failure's message is none.
  const outside = xml.replace(/<!\[CDATA\[[\s\S]*?\]\]>/g, '');
  return [...outside.matchAll(/<testcase\b([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g)].map(([, attributes, body]) => ({
    classname: attribute(attributes!, 'classname'),
    name: attribute(attributes!, 'name'),
    status: statusOf(body ?? ''),
  }));
}

/** `classname > name` → status, for runners whose own ids are not asked for. */
export function parseJunit(xml: string): TestStatusMap {
  const statuses = emptyStatuses();
  for (const { classname, name, status } of parseTestCases(xml) ?? [])
    record(statuses, classname === '' ? name : `${classname} > ${name}`, status);
  return statuses;
}

function statusOf(body: string): TestStatus {
  if (/<error\b/.test(body)) return 'ERROR';
  if (/<failure\b/.test(body)) return 'FAILED';
  if (/<skipped\b[^>]*type="pytest\.xfail"/.test(body)) return 'XFAIL';
  return /<skipped\b/.test(body) ? 'SKIPPED' : 'PASSED';
}

const attribute = (attributes: string, name: string): string =>
  decodeEntities(new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(attributes)?.[1] ?? '');

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

const decodeEntities = (text: string): string =>
  text.replace(/&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));/g, (whole, decimal, hex, named) => {
    if (named !== undefined) return ENTITIES[named] ?? whole;
    return String.fromCodePoint(decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal));
  });
