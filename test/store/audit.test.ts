import { expect, test } from 'vitest';
import { openStore } from './fixture.js';

test('the audit log is append-only: what is in it can be neither changed nor removed', () => {
  const { store, sql } = openStore();
  const entry = {
    at: '2009-10-01T08:00:00.000Z',
    user: 'kari',
    command: 'sequence set',
    arguments: ['SKD'],
    detail: {},
  };
  expect(store.audit.add(entry)).toBe(1);
  expect(() => sql.exec("UPDATE audit SET user_name = 'ola'")).toThrow('append-only');
  expect(() => sql.exec('DELETE FROM audit')).toThrow('append-only');
  expect(sql.prepare('SELECT user_name, arguments, detail FROM audit').all()).toEqual([
    { user_name: 'kari', arguments: '["SKD"]', detail: '{}' },
  ]);
});

test('the audit log is listed newest first, by any set of filters, and goes on from an id', () => {
  const { store } = openStore();
  const add = (hour: number, user: string, command: string) =>
    store.audit.add({ at: `2009-10-01T0${hour}:00:00.000Z`, user, command, arguments: ['x y'], detail: { n: hour } });
  add(1, 'kari', 'sequence set');
  add(2, 'ola', 'sequence set');
  add(3, 'kari', 'receipts update');
  add(4, 'kari', 'sequence set');
  const all = { user: null, command: null, from: null, before: null, after: null, most: 10 };
  const ids = (query: object) => store.audit.list({ ...all, ...query }).map(({ id }) => id);
  expect(ids({})).toEqual([4, 3, 2, 1]);
  expect(ids({ most: 2 })).toEqual([4, 3]);
  expect(ids({ after: 3 })).toEqual([2, 1]);
  expect(ids({ user: 'kari' })).toEqual([4, 3, 1]);
  expect(ids({ command: 'sequence set' })).toEqual([4, 2, 1]);
  expect(ids({ user: 'kari', command: 'sequence set', after: 4 })).toEqual([1]);
  expect(ids({ from: '2009-10-01T02:00:00.000Z', before: '2009-10-01T04:00:00.000Z' })).toEqual([3, 2]);
  expect(ids({ from: '2009-10-02T00:00:00.000Z' })).toEqual([]);
  expect(ids({ before: '2009-10-01T01:00:00.000Z' })).toEqual([]);
  expect(store.audit.list({ ...all, most: 1 })).toEqual([
    {
      id: 4,
      at: '2009-10-01T04:00:00.000Z',
      user: 'kari',
      command: 'sequence set',
      arguments: ['x y'],
      detail: { n: 4 },
    },
  ]);
});
