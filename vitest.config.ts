import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts'],
    // They need programs that not every machine has: see test/system/vitest.config.ts.
    exclude: ['test/system/**'],
    // Real processes are started, ended and signalled: each test file has a process of its own.
    pool: 'forks',
    // They mostly wait for the processes they start, so more of them than processors are worth it.
    maxWorkers: 3,
    setupFiles: ['test/support/keep-sqlite.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    reporters: ['default', ['json', { outputFile: '.vitest-results.json' }]],
  },
});
