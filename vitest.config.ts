import { defineConfig } from 'vitest/config';
import { skipReporter } from './test/support/skip-reporter.ts';

/** Compared with Python's packages, or about the optional backends: what `npm run setup:tests` sets up. */
const peers = [
  'test/cli/commands/extract-trainers.test.ts',
  'test/learning/student/backend/{backend,tensorflow,webgpu}.test.ts',
  'test/learning/student/checkpoint/{peft,transformers}.test.ts',
  'test/learning/student/gguf/pretrained.test.ts',
  'test/learning/train/record/event-files.test.ts',
  'test/learning/train/trainers/trl.test.ts',
];

/** Tried on every backend: on wasm among the unit tests, on all among the peers. */
const onEveryBackend = [
  'test/learning/student/decoder/decoder.test.ts',
  'test/learning/train/gradient-checkpointing-backends.test.ts',
];

// `unit` needs nothing but Node; `peers` needs Python and the optional backends; `docker` opens real containers (the set-up starts or
// installs an engine).
export default defineConfig({
  test: {
    // Wall clocks are part of what is tested; a machine that stalls gets a second look.
    retry: process.env.CI ? 2 : 0,
    reporters: ['default', skipReporter],
    env: { ANTHROPIC_API_KEY: '' },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.docker.test.ts', ...peers],
          env: { STEPWRIGHT_TEST_BACKENDS: 'wasm' },
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // By default one core of two would have nothing to do.
          maxWorkers: '100%',
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'peers',
          include: [...peers, ...onEveryBackend],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: '100%',
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'docker',
          include: ['test/**/*.docker.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 900_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
