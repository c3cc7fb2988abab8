import { mkdirSync, readdirSync, renameSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

/** Changes the store beside the product, as time would. */
export function alter(home: string, sql: string, ...values: (string | number)[]): void {
  const store = new Database(join(home, 'data/altinn-batch.db'));
  try {
    store.prepare<(string | number)[]>(sql).run(...values);
  } finally {
    store.close();
  }
}

/** Has all that lies in the archive and among the rejected files come there on that day. */
export function ageFiles(home: string, day: string): void {
  for (const part of ['data/archive', 'data/rejected']) {
    for (const folder of readdirSync(join(home, part))) {
      mkdirSync(join(home, part, day), { recursive: true });
      for (const name of readdirSync(join(home, part, folder))) {
        renameSync(join(home, part, folder, name), join(home, part, day, name));
        const [before, after] = [`${part}/${folder}/${name}`, `${part}/${day}/${name}`];
        alter(home, 'UPDATE batch SET archived_as = ? WHERE archived_as = ?', after, before);
      }
      rmdirSync(join(home, part, folder));
    }
  }
}
