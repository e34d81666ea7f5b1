// Test cases out of a JUnit XML report (pytest --junitxml, mocha's xunit reporter, …). What the tests print or raise is escaped in it, so
// nothing that they write can look like a test case. The XML parser knows no entities but XML's own five, reads no other files, and takes
// time in proportion to the report.
import { SaxesParser } from 'saxes';
import type { TestStatus } from '../../../core/schema/verdict.ts';
import { createResults, type ParsedLog } from './status.ts';

export interface TestCase {
  classname: string;
  name: string;
  status: TestStatus;
}

/** No runner writes more elements into one another, nor gives one more attributes: who does wastes time. */
const MAX_DEPTH = 64;
const MAX_ATTRIBUTES = 64;

export const NO_REPORT = 'the test runner left no whole report';

/** Every test case of a report, or undefined when the text is not a whole one. */
export function parseTestCases(xml: string): TestCase[] | undefined {
  const cases: TestCase[] = [];
  const open: string[] = [];
  let current: TestCase | undefined;
  let attributesOfTag = 0;
  const parser = new SaxesParser();
  parser.on('attribute', () => {
    if (++attributesOfTag > MAX_ATTRIBUTES) parser.fail('too many attributes');
  });
  parser.on('opentag', ({ name, attributes }) => {
    attributesOfTag = 0;
    const parent = open.at(-1);
    if (open.push(name) > MAX_DEPTH) parser.fail('too deep');
    if (parent === undefined && !isSuite(name)) parser.fail(`<${name}> is no test suite`);
    if (name === 'testcase' && isSuite(parent)) {
      const { classname = '', name: test = '' } = attributes;
      current = { classname, name: test, status: 'PASSED' };
      cases.push(current);
    } else if (parent === 'testcase' && current) current.status = worseOf(current.status, name, attributes.type);
  });
  parser.on('closetag', () => {
    if (open.pop() === 'testcase' && isSuite(open.at(-1))) current = undefined;
  });
  try {
    parser.write(xml).close();
  } catch {
    return undefined;
  }
  return cases;
}

/** `classname > name` → status, for runners whose own ids are not asked for. */
export function parseJunit(xml: string): ParsedLog {
  const { record, parsed } = createResults();
  const cases = parseTestCases(xml);
  for (const { classname, name, status } of cases ?? [])
    record(classname === '' ? name : `${classname} > ${name}`, status);
  return parsed(cases === undefined ? NO_REPORT : undefined);
}

const isSuite = (name: string | undefined): boolean => name === 'testsuite' || name === 'testsuites';

/** Of what stands in a test case: an error outweighs a failure, and that a skip. */
function worseOf(status: TestStatus, element: string, type: string | undefined): TestStatus {
  if (element === 'error' || status === 'ERROR') return 'ERROR';
  if (element === 'failure' || status === 'FAILED') return 'FAILED';
  if (element !== 'skipped') return status;
  return type === 'pytest.xfail' ? 'XFAIL' : 'SKIPPED';
}
