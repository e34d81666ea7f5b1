import { defineConfig } from 'vitest/config';

// Two projects: `unit` needs nothing but Node; `docker` opens real containers (the set-up starts or installs an engine).
export default defineConfig({
  test: {
    // Wall clocks are part of what is tested; a machine that stalls gets a second look.
    retry: process.env.CI ? 2 : 0,
    env: { ANTHROPIC_API_KEY: '' },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.docker.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
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
        },
      },
    ],
  },
});
