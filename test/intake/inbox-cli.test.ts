import { mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { drop, intakeHome, put, query, receiptOf, run } from '../support/intake-home.js';
import { correspondence, correspondences } from '../support/submissions.js';

const fileOf = (reference: string) => correspondences({ reference }, correspondence(reference));

test('files are taken oldest first, then by name; only *.xml, no temporary names, nothing followed', async () => {
  const home = intakeHome();
  const same = 100;
  for (const [name, age] of [
    ['b.xml', same],
    ['a.xml', same],
    ['oldest.xml', 200],
    ['NEWEST.XML', 5],
  ] as const) {
    drop(home, name, fileOf(name), age);
  }
  const time = Math.floor(Date.now() / 1000) - 50;
  for (const name of ['a.xml', 'b.xml']) utimesSync(join(home, 'inbox', name), time, time);
  const others = ['.hidden.xml', 'x.xml.part', 'y.tmp', 'z.xml.filepart', 'q.crdownload', 'u.uploading', 'notes.txt'];
  for (const name of others) put(home, `inbox/${name}`, fileOf(name));
  put(home, 'elsewhere.xml', fileOf('LINKED'));
  symlinkSync('../elsewhere.xml', join(home, 'inbox/link.xml'));
  mkdirSync(join(home, 'inbox/folder.xml'));
  put(home, 'inbox/folder.xml/inside.xml', fileOf('INSIDE'));
  const { exitCode, shipments, stderr } = await run(home);
  expect(exitCode).toBe(0);
  expect(shipments.map(({ file }) => file)).toStrictEqual(['oldest.xml', 'a.xml', 'b.xml', 'NEWEST.XML']);
  expect(stderr).toContain('link.xml: it is a symbolic link');
  expect(stderr).toContain('folder.xml: it is a folder');
  expect(readdirSync(join(home, 'inbox')).sort()).toStrictEqual([...others, 'folder.xml', 'link.xml'].sort());
  expect(readdirSync(join(home, 'data/work'))).toStrictEqual([]);
});

test('two files of the same name in a row keep their receipts and their places apart', async () => {
  const home = intakeHome();
  const names: string[] = [];
  for (const reference of ['ONE', 'TWO', 'THREE']) {
    drop(home, 'orders.xml', fileOf(reference));
    const [shipment] = (await run(home)).shipments;
    names.push(shipment?.receipt ?? '');
    expect(receiptOf(home, shipment ?? { receipt: '' }).references).toContain(`ExternalShipmentReference=${reference}`);
  }
  expect(new Set(names).size).toBe(3);
  expect(readdirSync(join(home, 'outbox'))).toHaveLength(3);
  const archived = query<{ at: string }>(home, 'SELECT archived_as AS at FROM batch ORDER BY id').map(({ at }) => at);
  expect(archived.map((at) => at.split('/').at(-1))).toStrictEqual(['orders.xml', 'orders.1.xml', 'orders.2.xml']);
  for (const [index, reference] of ['ONE', 'TWO', 'THREE'].entries()) {
    expect(readFileSync(join(home, archived[index] ?? ''), 'utf8')).toBe(fileOf(reference));
  }
});

test('with doneFileSuffix a file waits for its done file, and both are gone afterwards', async () => {
  const home = intakeHome({ doneFileSuffix: '.done' });
  drop(home, 'a.xml', fileOf('A'), 9);
  drop(home, 'b.xml', fileOf('B'), 8);
  put(home, 'inbox/b.xml.done', '');
  const first = await run(home);
  expect(first.shipments.map(({ file }) => file)).toStrictEqual(['b.xml']);
  expect(first.stderr).toContain('a.xml: it waits for its done file, a.xml.done');
  expect(readdirSync(join(home, 'inbox'))).toStrictEqual(['a.xml']);
  put(home, 'inbox/a.xml.done', '');
  expect((await run(home)).shipments.map(({ file }) => file)).toStrictEqual(['a.xml']);
  expect(readdirSync(join(home, 'inbox'))).toStrictEqual([]);
});

test('a run takes what stood still, whatever its time stamps say, and names what did not', async () => {
  const home = intakeHome({ stableSeconds: 1 });
  drop(home, 'from-the-future.xml', fileOf('FUTURE'), -86_400);
  drop(home, 'old-but-growing.xml', fileOf('GROWING'), 86_400);
  const growing = setInterval(
    () => writeFileSync(join(home, 'inbox/old-but-growing.xml'), '<!-- -->', { flag: 'a' }),
    50,
  );
  const { exitCode, shipments, stderr } = await run(home).finally(() => clearInterval(growing));
  expect(exitCode).toBe(0);
  expect(shipments.map(({ file }) => file)).toStrictEqual(['from-the-future.xml']);
  expect(stderr).toContain('old-but-growing.xml: it is still being written');
  // Renamed at its end, as many senders do it, it is taken under its new name.
  renameSync(join(home, 'inbox/old-but-growing.xml'), join(home, 'inbox/grown.xml'));
  expect((await run(home)).shipments).toMatchObject([{ file: 'grown.xml', status: 'OK' }]);
});
