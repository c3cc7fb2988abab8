import { expect, test } from 'vitest';
import { altinnBatch } from '../support/cli.js';

test('a shell that there is no script for ends with 64 and names those that there are', async () => {
  const { exitCode, stderr } = await altinnBatch(['completion', 'fish']);
  expect(exitCode).toBe(64);
  expect(stderr).toContain('bash, zsh');
});
