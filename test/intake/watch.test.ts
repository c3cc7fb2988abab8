import type { ChildProcess } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type CliResult, finished, jsonLines, startAltinnBatch } from '../support/cli.js';
import { inMemory } from '../support/in-memory.js';
import { drop, intakeHome, query, type Shipment } from '../support/intake-home.js';
import { correspondence, correspondences } from '../support/submissions.js';

const file = (reference: string) => correspondences({ reference }, correspondence('M-1'));

interface Watched {
  /** The files that came out, in their order, once there are so many. */
  done(count: number): Promise<readonly string[]>;
  /** Waits for a text on stderr. */
  said(text: RegExp): Promise<void>;
  stop(): Promise<CliResult>;
}

function watched(home: string): Watched {
  const child: ChildProcess = startAltinnBatch(['watch', '--json', '--home', home]);
  const ended = finished(child);
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const until = async (isSo: () => boolean) => {
    while (!isSo()) {
      if (child.exitCode !== null) throw new Error(`watch ended with ${child.exitCode}: ${stderr}`);
      await sleep(10);
    }
  };
  const files = () => jsonLines<Shipment>(stdout.slice(0, stdout.lastIndexOf('\n') + 1)).map((one) => one.file);
  return {
    async done(count) {
      await until(() => files().length >= count);
      return files();
    },
    said: (text) => until(() => text.test(stderr)),
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

describe('watch', () => {
  it('takes in a changed catalogue, and goes on with the one before while its file is broken', async () => {
    const home = intakeHome({ stableSeconds: 0, rescanSeconds: 0.2 });
    const services = join(home, 'services.json');
    const before = readFileSync(services, 'utf8');
    const watch = watched(home);
    await watch.said(/catalogue was taken in/);
    writeFileSync(services, '{');
    await watch.said(/stays in use/);
    drop(home, 'one.xml', file('WITH-THE-ONE-BEFORE'));
    await watch.done(1);
    writeFileSync(services, before.replaceAll('"SKD"', '"SKX"'));
    await watch.said(/taken in[\s\S]*taken in/);
    drop(home, 'two.xml', file('WITH-THE-NEW-ONE'));
    await watch.done(2);
    await watch.stop();
    expect(query(home, 'SELECT reference, status FROM shipment ORDER BY id')).toStrictEqual([
      { reference: 'WITH-THE-ONE-BEFORE', status: 'OK' },
      { reference: 'WITH-THE-NEW-ONE', status: 'Rejected' },
    ]);
  });

  it('takes a file of a slow writer only when it has stood still, a renamed one under its last name, and no other', async () => {
    const home = intakeHome({ stableSeconds: 1, rescanSeconds: 0.2 });
    const watch = watched(home);
    await watch.said(/catalogue was taken in/);
    const slow = join(home, 'inbox/slow.xml');
    const text = file('SLOW');
    drop(home, 'upload.xml.part', file('RENAMED'));
    for (let piece = 0; piece < 8; piece++) {
      appendFileSync(slow, text.slice((piece * text.length) / 8, ((piece + 1) * text.length) / 8));
      if (piece === 4) renameSync(join(home, 'inbox/upload.xml.part'), join(home, 'inbox/renamed.xml'));
      await sleep(300);
    }
    expect([...(await watch.done(2))].sort()).toStrictEqual(['renamed.xml', 'slow.xml']);
    expect((await watch.stop()).exitCode).toBe(0);
    expect(query(home, 'SELECT status FROM batch')).toStrictEqual([{ status: 'OK' }, { status: 'OK' }]);
  });

  it('takes a thousand files that come at once, each one once', async () => {
    const home = inMemory(() => intakeHome({ stableSeconds: 0.1, minFreeBytes: 0 }));
    const watch = watched(home);
    await watch.said(/catalogue was taken in/);
    const names = Array.from({ length: 1000 }, (_, index) => `file-${String(index).padStart(4, '0')}.xml`);
    for (const name of names) writeFileSync(join(home, 'inbox', name), file(name));
    expect([...(await watch.done(1000))].sort()).toStrictEqual(names);
    const { exitCode, stdout } = await watch.stop();
    expect(exitCode).toBe(0);
    expect(jsonLines<Shipment>(stdout).every(({ status }) => status === 'OK')).toBe(true);
    expect(readdirSync(join(home, 'outbox'))).toHaveLength(1000);
    expect(['inbox', 'data/work'].flatMap((folder) => readdirSync(join(home, folder)))).toStrictEqual([]);
  });

  it('waits for the done file, and sees it by polling where there are no events', async () => {
    const home = intakeHome({ doneFileSuffix: '.done', usePolling: true, pollingSeconds: 0.1, rescanSeconds: 3600 });
    const watch = watched(home);
    await watch.said(/catalogue was taken in/);
    drop(home, 'without.xml', file('WITHOUT'));
    drop(home, 'with.xml', file('WITH'));
    await sleep(500);
    drop(home, 'with.xml.done', '');
    expect(await watch.done(1)).toStrictEqual(['with.xml']);
    await watch.stop();
    expect(readdirSync(join(home, 'inbox'))).toStrictEqual(['without.xml']);
  });

  it('watches every inbox, leaves a mailbox alone whose outbox is broken, and comes back to it when that is mended', async () => {
    const mailboxes = ['skd', 'brg'].map((name) => {
      return { owner: name.toUpperCase(), inbox: `inbox/${name}`, outbox: `outbox/${name}` };
    });
    const message = (systemUserCode: string, reference: string) =>
      correspondences(
        { systemUserCode, reference },
        correspondence(reference, { ServiceCode: 'TEST2', ServiceEdition: '1' }),
      );
    const home = intakeHome({ rescanSeconds: 0.1, retrySeconds: 0.2, mailboxes });
    const watch = watched(home);
    await watch.said(/catalogue was taken in/);
    while (!existsSync(join(home, 'outbox/skd'))) await sleep(10);
    drop(home, 'skd/one.xml', message('SKD', 'S-1'));
    expect(await watch.done(1)).toStrictEqual(['one.xml']);
    renameSync(join(home, 'outbox/skd'), join(home, 'away'));
    writeFileSync(join(home, 'outbox/skd'), '');
    drop(home, 'skd/two.xml', message('SKD', 'S-2'));
    await watch.said(/outbox\/skd.*the mailbox of SKD is left alone; the others go on/);
    drop(home, 'brg/three.xml', message('BRG', 'B-1'));
    drop(home, 'four.xml', message('TTD', 'T-1'));
    expect([...(await watch.done(3))].sort()).toStrictEqual(['four.xml', 'one.xml', 'three.xml']);
    rmSync(join(home, 'outbox/skd'));
    renameSync(join(home, 'away'), join(home, 'outbox/skd'));
    expect((await watch.done(4)).at(-1)).toBe('two.xml');
    expect((await watch.stop()).exitCode).toBe(0);
    const receipts = (folder: string) => readdirSync(join(home, folder)).filter((name) => name.endsWith('.xml'));
    expect(['outbox', 'outbox/skd', 'outbox/brg'].map((folder) => receipts(folder).length)).toStrictEqual([1, 2, 1]);
  });

  it('goes on when an outbox, and then an inbox, that was taken away is back', async () => {
    const home = intakeHome({ rescanSeconds: 0.1, retrySeconds: 0.2 });
    const watch = watched(home);
    drop(home, 'first.xml', file('FIRST'));
    await watch.done(1);
    while (!existsSync(join(home, 'outbox'))) await sleep(10);
    rmSync(join(home, 'outbox'), { recursive: true });
    writeFileSync(join(home, 'outbox'), '');
    drop(home, 'one.xml', file('ONE'));
    await watch.said(/Could not write .*outbox.*Trying again in 0\.2 s/);
    rmSync(join(home, 'outbox'));
    mkdirSync(join(home, 'outbox'));
    expect(await watch.done(2)).toStrictEqual(['first.xml', 'one.xml']);
    rmSync(join(home, 'inbox'), { recursive: true });
    await watch.said(/inbox.*Trying again in 0\.2 s/);
    drop(home, 'two.xml', file('TWO'));
    expect(await watch.done(3)).toStrictEqual(['first.xml', 'one.xml', 'two.xml']);
    expect((await watch.stop()).exitCode).toBe(0);
    expect(readdirSync(join(home, 'outbox'))).toHaveLength(2);
  });
});
