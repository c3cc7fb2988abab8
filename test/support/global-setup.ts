import { spawnSync } from 'node:child_process';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** What the build said when it failed; empty when dist/ is current. */
    buildFault: string;
  }
}

/** Brings dist/ up to date once, for the tests that run the real command. A build that fails fails those tests only. */
export default function setup(project: TestProject): void {
  const build = spawnSync(process.execPath, ['scripts/build.mjs'], { encoding: 'utf8' });
  project.provide('buildFault', build.status === 0 ? '' : `scripts/build.mjs failed:\n${build.stdout}${build.stderr}`);
}
