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
