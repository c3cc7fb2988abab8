import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { finished, startAltinnBatch } from '../support/cli.js';
import { homeOfAllFormats } from './home-of-all-formats.js';
import { outcomeOf } from './outcome.js';
import { undisturbed } from './undisturbed.js';

const KILLS = 6;

it('comes to the same end when it is killed at random times, again and again', async () => {
  const seed = Number(process.env.CRASH_SEED ?? Date.now() % 2 ** 31);
  const random = randomFrom(seed);
  const expected = await undisturbed();
  const home = homeOfAllFormats({ maxKilledAttempts: 100 });
  const start = () => startAltinnBatch(['run', '--json', '--home', home]);
  const began = performance.now();
  // How long a whole run takes here and now; the first one ends before it has processed anything.
  await finished(startAltinnBatch(['run', '--home', homeOfAllFormats()]));
  const whole = performance.now() - began;
  const kills: string[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const child = start();
    const ended = finished(child);
    const after = whole * (0.3 + 0.7 * random());
    await Promise.race([sleep(after), ended]);
    child.kill('SIGKILL');
    const { signal, exitCode } = await ended;
    kills.push(`${Math.round(after)} ms: ${signal ?? exitCode}`);
    if (signal === null) break;
  }
  await finished(start());
  expect(outcomeOf(home), `CRASH_SEED=${seed}, ${kills.join(', ')}`).toStrictEqual(expected);
});

/** mulberry32: the same numbers for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
