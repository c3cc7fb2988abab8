import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { watchInboxes } from '../../src/intake/watch-inbox.js';
import { drop, type FreshHome, freshHome } from './fresh-home.js';

/** No rescan while a test lasts, so that what wakes is an event. */
const NEVER = 100_000;

async function watched(home: FreshHome): Promise<{ wakes: () => number; close: () => Promise<void> }> {
  let count = 0;
  const watch = await watchInboxes(home, () => count++);
  onTestFinished(() => watch.close());
  return { wakes: () => count, close: () => watch.close() };
}

const woken = (watch: { wakes: () => number }, since: number) =>
  vi.waitFor(() => expect(watch.wakes()).toBeGreaterThan(since), { timeout: 20_000, interval: 20 });

/** Does something again and again until it wakes: what happens while polling begins may go unseen, until the rescan. */
const wokenBy = (watch: { wakes: () => number }, act: (round: number) => void) => {
  let round = 0;
  return vi.waitFor(
    async () => {
      const since = watch.wakes();
      act(round++);
      await sleep(300);
      expect(watch.wakes()).toBeGreaterThan(since);
    },
    { timeout: 20_000, interval: 20 },
  );
};

describe.each([
  ['events', { rescanSeconds: NEVER }],
  ['polling', { rescanSeconds: NEVER, usePolling: true, pollingSeconds: 0.1 }],
])('with %s', (_how, settings) => {
  it('wakes for a file that is written, that grows, and that is renamed in', async () => {
    const home = freshHome(settings);
    const watch = await watched(home);
    await wokenBy(watch, (round) => drop(home, `x${round}.xml`));
    await sleep(300);
    await wokenBy(watch, () => appendFileSync(join(home.inbox, 'x0.xml'), 'more'));
    await sleep(300);
    await wokenBy(watch, (round) => {
      writeFileSync(join(home.root, 'y.xml'), '<a/>');
      renameSync(join(home.root, 'y.xml'), join(home.inbox, `y${round}.xml`));
    });
  });
});

it.each(['the common inbox', 'the mailbox of SKD', 'the mailbox of BRG'])('wakes for a file in %s', async (which) => {
  const mailboxes = ['SKD', 'BRG'].map((owner) => ({ owner, inbox: `inbox/${owner}`, outbox: `outbox/${owner}` }));
  const home = freshHome({ rescanSeconds: NEVER, mailboxes });
  const mailbox = home.mailboxes.find(({ owner }) => which.endsWith(owner ?? 'inbox'));
  const watch = await watched(home);
  await wokenBy(watch, (round) => drop(mailbox ?? { inbox: 'none' }, `x${round}.xml`));
});

it('goes on watching the others when one inbox is removed and made again', async () => {
  const mailboxes = [{ owner: 'SKD', inbox: 'skd/in', outbox: 'skd/out' }];
  const home = freshHome({ rescanSeconds: 0.5, mailboxes }, 'SKD');
  const watch = await watched(home);
  rmSync(home.inbox, { recursive: true });
  await woken(watch, watch.wakes() + 1);
  mkdirSync(home.inbox);
  await woken(watch, watch.wakes() + 1);
  await wokenBy(watch, (round) => drop(home, `x${round}.xml`));
  await wokenBy(watch, (round) => drop({ inbox: join(home.root, 'inbox') }, `x${round}.xml`));
});

it('wakes a few times, not a thousand, for a thousand files at once', async () => {
  const home = freshHome({ rescanSeconds: NEVER });
  const watch = await watched(home);
  for (let number = 0; number < 1000; number++) drop(home, `${number}.xml`);
  await woken(watch, 0);
  await sleep(500);
  expect(watch.wakes()).toBeLessThan(100);
});

it('wakes every rescanSeconds when nothing happens', async () => {
  const home = freshHome({ rescanSeconds: 0.1 });
  const watch = await watched(home);
  await woken(watch, 3);
});

it('goes on when the inbox is removed and made again', async () => {
  const home = freshHome({ rescanSeconds: 0.2 });
  const watch = await watched(home);
  rmSync(home.inbox, { recursive: true });
  await woken(watch, watch.wakes() + 1);
  mkdirSync(home.inbox);
  await woken(watch, watch.wakes() + 1);
  const since = watch.wakes();
  drop(home, 'x.xml');
  await woken(watch, since);
});

it('starts although there is no inbox yet', async () => {
  const home = freshHome({ rescanSeconds: 0.1 });
  rmSync(home.inbox, { recursive: true });
  await woken(await watched(home), 1);
});

it('does not look behind a symbolic link in the inbox', async () => {
  const home = freshHome({ rescanSeconds: NEVER });
  const elsewhere = join(home.root, 'elsewhere');
  mkdirSync(elsewhere);
  symlinkSync(elsewhere, join(home.inbox, 'link'));
  const watch = await watched(home);
  await sleep(200);
  const since = watch.wakes();
  writeFileSync(join(elsewhere, 'x.xml'), '<a/>');
  await sleep(500);
  expect(watch.wakes()).toBe(since);
});

it('watches where the inbox points to when it is itself a link', async () => {
  const home = freshHome({ rescanSeconds: NEVER });
  const real = join(home.root, 'real-inbox');
  renameSync(home.inbox, real);
  symlinkSync(real, home.inbox);
  const watch = await watched(home);
  writeFileSync(join(real, 'x.xml'), '<a/>');
  await woken(watch, 0);
});

it('is quiet once it is closed', async () => {
  const home = freshHome({ rescanSeconds: 0.1 });
  const watch = await watched(home);
  await woken(watch, 0);
  drop(home, 'x.xml');
  await watch.close();
  const since = watch.wakes();
  drop(home, 'y.xml');
  await sleep(400);
  expect(watch.wakes()).toBe(since);
});
