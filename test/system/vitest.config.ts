import { defineConfig } from 'vitest/config';
import common from '../../vitest.config.js';

/** The tests that need programs of the system: an OpenSSH server, say, and root to start it. */
export default defineConfig({
  test: {
    ...common.test,
    include: ['test/system/**/*.test.ts'],
    exclude: [],
    reporters: ['default', ['json', { outputFile: '.vitest-system-results.json' }]],
  },
});
