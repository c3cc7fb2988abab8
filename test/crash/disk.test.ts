import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { builtModule } from '../support/cli.js';
import { drop, intakeHome, put, query, run } from '../support/intake-home.js';
import { correspondence, correspondences } from '../support/submissions.js';
import { homeOfAllFormats } from './home-of-all-formats.js';
import { outcomeOf } from './outcome.js';
import { runToStep } from './run-to-step.js';
import { undisturbed } from './undisturbed.js';

const inbox = (home: string) => readdirSync(join(home, 'inbox'));

describe('an outbox that can not be written', () => {
  it('ends a run with 74 and the remedy; the next one publishes exactly one receipt a shipment', async () => {
    const home = homeOfAllFormats();
    const blocked = await runToStep(home, { step: 'commit', nth: 2, act: 'block-outbox' });
    expect(blocked.exitCode).toBe(74);
    expect(blocked.stderr).toMatch(/Could not write .*outbox.*ENOTDIR.*move it away/);
    const still = await run(home);
    expect(still).toMatchObject({ exitCode: 74, shipments: [] });
    expect(still.stderr).toMatch(/outbox.*a file stands in its place: move it away/);
    rmSync(join(home, 'outbox'));
    renameSync(join(home, 'outbox.away'), join(home, 'outbox'));
    expect((await run(home)).exitCode).toBe(65);
    expect(outcomeOf(home)).toStrictEqual(await undisturbed());
  });
});

/** `ulimit -f` counts blocks of 1,024 bytes; a file that would grow beyond it is refused as on a full disk, for root too. */
function runWithFileLimit(home: string, kibibytes: number) {
  const main = fileURLToPath(builtModule('cli/main.js'));
  const script = 'ulimit -f "$0"; exec "$@"';
  const args = ['-c', script, String(kibibytes), process.execPath, main, 'run', '--json', '--home', home];
  const { status, stdout, stderr } = spawnSync('bash', args, { encoding: 'utf8' });
  return { exitCode: status, stdout, stderr };
}

/** Some megabytes in many chunks. */
const bulky = (reference: string, encoding: BufferEncoding = 'utf8') => {
  const items = Array.from({ length: 400 }, (_, index) =>
    correspondence(`M-${index}`, {}, { MessageBody: 'Brev. '.repeat(1700) }),
  );
  const text = correspondences({ reference }, ...items);
  return encoding === 'utf16le' ? Buffer.from(`\ufeff${text}`, encoding) : text;
};

describe('a disk without room', () => {
  it('in mid-file ends a run with 74, twice, and is not counted against the file; with room it goes on', async () => {
    const home = intakeHome({ chunkItems: 10, maxKilledAttempts: 1 });
    drop(home, 'bulky.xml', bulky('C-1'), 60);
    drop(home, 'next.xml', correspondences({ reference: 'C-2' }, correspondence('M-1')));
    for (let attempt = 0; attempt < 2; attempt++) {
      const { exitCode, stdout, stderr } = runWithFileLimit(home, 3000);
      expect({ exitCode, stdout }).toStrictEqual({ exitCode: 74, stdout: '' });
      expect(stderr).toMatch(/altinn-batch\.db.*run again/);
      expect(inbox(home)).toStrictEqual(['next.xml']);
      expect(readdirSync(join(home, 'outbox'))).toStrictEqual([]);
    }
    const { exitCode, shipments } = await run(home);
    expect(exitCode).toBe(0);
    expect(shipments.map(({ file, status, items }) => [file, status, items.accepted])).toStrictEqual([
      ['bulky.xml', 'OK', 400],
      ['next.xml', 'OK', 1],
    ]);
    expect(readdirSync(join(home, 'data/work'))).toStrictEqual([]);
    expect(readdirSync(join(home, 'outbox'))).toHaveLength(2);
  });

  it('for the UTF-8 form of a file ends a run with 74, and leaves none of it', async () => {
    const home = intakeHome({ maxKilledAttempts: 1 });
    await run(home); // makes the store, which alone would take most of that room
    drop(home, 'utf-16.xml', bulky('C-1', 'utf16le'));
    for (let attempt = 0; attempt < 2; attempt++) {
      const { exitCode, stderr } = runWithFileLimit(home, 2000);
      expect(exitCode).toBe(74);
      expect(stderr).toMatch(/data\/work\/.*run the command again/);
    }
    const { shipments } = await run(home);
    expect(shipments).toMatchObject([{ file: 'utf-16.xml', status: 'OK' }]);
    expect(query(home, 'SELECT outcome FROM attempt')).toStrictEqual(
      ['interrupted', 'interrupted', 'done'].map((outcome) => ({ outcome })),
    );
  });

  it('for a file at all leaves it in the inbox, and ends with 74 and what is missing', async () => {
    const home = intakeHome({ minFreeBytes: Number.MAX_SAFE_INTEGER });
    drop(home, 'x.xml', correspondences({ reference: 'C-1' }, correspondence('M-1')));
    const { exitCode, shipments, stderr } = await run(home, '-q');
    expect({ exitCode, shipments }).toStrictEqual({ exitCode: 74, shipments: [] });
    expect(stderr).toMatch(/Left in the inbox: x\.xml: Too little disk at .*data.*minFreeBytes/);
    expect(inbox(home)).toStrictEqual(['x.xml']);
    expect(readdirSync(join(home, 'data/work'))).toStrictEqual([]);
  });
});

describe('a data folder that can not be used', () => {
  it('ends a run with 74 before a file is touched', async () => {
    const home = intakeHome();
    drop(home, 'x.xml', correspondences({ reference: 'C-1' }, correspondence('M-1')));
    put(home, 'data', '');
    expect(await run(home)).toMatchObject({ exitCode: 74, stderr: expect.stringMatching(/data.*a file stands in/) });
    rmSync(join(home, 'data'));
    mkdirSync(join(home, 'data'));
    writeFileSync(join(home, 'data/work'), '');
    expect(await run(home)).toMatchObject({ exitCode: 74, stderr: expect.stringMatching(/work.*a file stands in/) });
    expect(inbox(home)).toStrictEqual(['x.xml']);
    rmSync(join(home, 'data/work'));
    expect((await run(home)).exitCode).toBe(0);
  });
});
