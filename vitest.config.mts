import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/simulation/**/*.test.ts'],
          testTimeout: 20_000,
          // A process for each of the files would take longer than what they test.
          isolate: false,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'hosts',
          include: ['test/hosts/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'conformance',
          include: ['test/conformance/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          // Each test drives a CLI that keeps a core busy.
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'releases',
          include: ['test/releases/**/*.test.ts'],
          testTimeout: 2_400_000,
          hookTimeout: 2_400_000,
          maxWorkers: 2,
        },
      },
    ],
  },
});
