// The tests that may be skipped, each with the reason. In CI any other skip fails the run: a test that nobody runs shows nothing.
export interface AllowedSkip {
  /** Below test/. */
  file: string;
  /** Of the full title; absent: all tests of the file. */
  title?: RegExp;
  reason: string;
}

const samples = "other tools' files in ../shared/data, which are not ours to ship";

export const allowedSkips: readonly AllowedSkip[] = [
  { file: 'cli/commands/lint.test.ts', title: /what SWE-bench asks/, reason: samples },
  { file: 'data/curate/lint/samples.test.ts', reason: samples },
  { file: 'data/step/bash/samples.test.ts', reason: samples },
  { file: 'data/trajectory/formats/samples.test.ts', reason: samples },
  {
    file: 'learning/student/gguf/pretrained.test.ts',
    reason: 'pretrained students as GGUF files (in the folder STEPWRIGHT_STUDENTS), too large to ship',
  },
  { file: 'world/judge/parsers/parsers.test.ts', title: /^real pytest logs/, reason: samples },
  { file: 'world/sandbox/tools/recorded-editor.test.ts', reason: samples },
  { file: 'world/task/import.test.ts', title: /older schema/, reason: samples },
  {
    file: 'data/replay/replay-recorded.docker.test.ts',
    reason: "SWE-bench's image of marshmallow (STEPWRIGHT_MARSHMALLOW_IMAGE), which no package registry has",
  },
  {
    file: 'world/sandbox/images/images.docker.test.ts',
    title: /extra certificates/,
    reason: 'a host that trusts certificates beyond the public ones',
  },
];
