import { expect, test } from 'vitest';
import { StageClock } from '../../src/watchkeeping/stage-clock.js';

test('a stage clock adds up the time at each stage, and gives what has passed since it was last asked', () => {
  let now = 0;
  const clock = new StageClock(() => now);
  const after = (ms: number) => {
    now += ms;
  };
  clock.enter('claim');
  after(500);
  clock.enter(null);
  after(9000);
  clock.enter('read');
  after(2000);
  clock.enter('hook');
  after(250);
  clock.enter('read');
  after(1000);
  expect(clock.take()).toEqual({ claim: 0.5, read: 3, hook: 0.25 });
  after(4000);
  clock.enter('publish');
  expect(clock.take()).toEqual({ read: 4, publish: 0 });
});
