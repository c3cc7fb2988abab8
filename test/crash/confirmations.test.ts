import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { confirmedIn, readHome, send } from '../outbound/read-home.js';
import { builtModule, finished } from '../support/cli.js';
import { query, run } from '../support/intake-home.js';
import { copiesOf } from '../support/template-home.js';

const SCRIPT = fileURLToPath(new URL('fixtures/send-to-step.mjs', import.meta.url));
const FILES = ['outbox/BRG-CORR-1.xml', 'outbox/skd/SKD-PSA-ALTUT-1.xml', 'outbox/skd/SKD-PSA-CORR-1.xml'];

const aHome = copiesOf(() => readHome());

/** Sends in a process of its own, which is killed at a step. */
function sendToStep(home: string, step: string, nth: number) {
  const flags = { dist: builtModule(''), home, step, nth: String(nth) };
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
  return finished(spawn(process.execPath, [SCRIPT, ...args], { stdio: ['ignore', 'pipe', 'pipe'] }));
}

function read(home: string, path: string): string | null {
  return existsSync(join(home, path)) ? readFileSync(join(home, path), 'utf8') : null;
}

it.each([
  ['settled', 1, 'the command'],
  ['settled', 3, 'the command'],
  ['prepared', 1, 'the command'],
  ['prepared', 2, 'a run'],
  ['file', 1, 'the command'],
  ['file', 3, 'a run'],
  ['receipt', 2, 'the command'],
])(
  'sending that is killed after %s %i has each event go out exactly once, whether %s comes next',
  async (step, nth, next) => {
    const home = await aHome();
    const killed = await sendToStep(home, step, nth);
    expect(killed.signal).toBe('SIGKILL');
    expect(killed.stdout.split('\n').filter((line) => line === step)).toHaveLength(nth);
    const before = FILES.map((file) => read(home, file));
    if (next === 'a run') {
      expect((await run(home)).exitCode).toBe(0);
      expect(query(home, 'SELECT reference FROM outbound_batch WHERE published_as IS NULL')).toEqual([]);
    }
    expect((await send(home, ['confirmations', 'send'])).exitCode).toBe(0);
    const after = FILES.map((file) => read(home, file));
    expect(after.map((xml) => confirmedIn(xml ?? '').sort())).toEqual([
      ['B-1'],
      ['A-1', 'A-2+'],
      ['C-1+', 'C-3', 'C-4+'],
    ]);
    // Whoever has fetched one before the kill has got what is there now.
    for (const [index, xml] of before.entries()) expect([null, after[index]]).toContain(xml);
    const names = ['outbox', 'outbox/skd'].flatMap((folder) => readdirSync(join(home, folder)));
    const outbound = names.filter((name) => /-(CORR|ALTUT)-/.test(name));
    expect(outbound.filter((name) => /^[A-Z-]+-1\.(\d+\.receipt\.)?xml$/.test(name))).toHaveLength(6);
    expect(query(home, 'SELECT count(*) AS receipts FROM receipt WHERE type_name = ?', 'Outbound')).toEqual([
      { receipts: 3 },
    ]);
    expect((await send(home, ['confirmations', 'send'])).sent).toEqual([]);
  },
);
