import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { altinnBatch, finished, startAltinnBatch } from '../support/cli.js';
import { examplePath } from '../support/example-home.js';
import { inMemory } from '../support/in-memory.js';
import { drop, intakeHome, put } from '../support/intake-home.js';
import {
  altut,
  correspondence,
  correspondences,
  endPoint,
  form,
  formSet,
  message,
  notification,
  OTHER_PERSON,
  PERSON,
  prefillPart,
  reportee,
  serviceOwner,
  subscriptionItem,
  subscriptionPart,
} from '../support/submissions.js';

/** Files with person numbers wherever a sender can put them, and faults that are told in words with the value beside. */
const HOSTILE: Readonly<Record<string, string | Buffer>> = {
  'not-xml.xml': `${PERSON}${PERSON.slice(0, 3)} ${PERSON}`,
  'cut.xml': `<a${PERSON}>${PERSON}`,
  'doctype.xml': `<!DOCTYPE a SYSTEM "${PERSON}"><a/>`,
  'entity.xml': `<Correspondences>&e${PERSON};</Correspondences>`,
  'encoding.xml': `<?xml version="1.0" encoding="x-${PERSON}"?><a/>`,
  'root.xml': `<x${PERSON} xmlns="urn:${PERSON}"/>`,
  'owner.xml': correspondences({ reference: PERSON, systemUserCode: `SKD${PERSON}` }, correspondence(PERSON)),
  'sequence.xml': correspondences({ reference: 'S-1', sequenceNo: `n${PERSON}` }, correspondence(PERSON)),
  'gap.xml': altut({ sequenceNo: PERSON }, message(PERSON)),
  'duplicate.xml': correspondences({ reference: `D-${PERSON}` }, correspondence(PERSON), correspondence(PERSON)),
  'duplicate-again.xml': correspondences({ reference: `D-${PERSON}` }, correspondence('M-2')),
  'messages.xml': correspondences(
    { reference: 'M-1' },
    correspondence(`a ${PERSON}`, { Reportee: `${OTHER_PERSON.slice(0, 10)}0` }),
    correspondence(PERSON, { ServiceCode: PERSON }),
    correspondence(PERSON, { ServiceCode: 'PSA', ServiceEdition: PERSON }),
    correspondence(PERSON, { AllowForwarding: PERSON }),
    correspondence(PERSON, { VisibleDateTime: PERSON }),
    correspondence(PERSON, {}, { LanguageCode: PERSON }),
    correspondence(PERSON, { [`Stray${PERSON}`]: PERSON }),
    correspondence(PERSON, {
      Notifications: notification({ RecieverEndPoints: endPoint(PERSON, PERSON), FromAdress: PERSON }),
    }),
  ),
  'old.xml': altut(
    { sequenceNo: '1' },
    message(PERSON, { shortName: PERSON }),
    message(PERSON, { reportee: `${PERSON}1` }),
    message(PERSON, { reportee: 'x' }),
  ),
  'prefill.xml': serviceOwner(
    prefillPart(
      { reference: 'P-1' },
      reportee(
        PERSON,
        formSet(PERSON, { Form: form({ FormData: `<![CDATA[<a${PERSON}>${PERSON}</b>]]>` }) }),
        formSet(PERSON, { Form: form({ FormData: `<![CDATA[<Skjema><x${PERSON}/>${PERSON}</Skjema>]]>` }) }),
        formSet(PERSON, { ValidFrom: PERSON }),
        `<Stray id="${PERSON}">${PERSON}</Stray>`,
      ),
    ),
  ),
  'subscription.xml': serviceOwner(
    subscriptionPart({ reference: PERSON }, reportee(PERSON, subscriptionItem({ PeriodType: PERSON, CaseId: PERSON }))),
  ),
};

const EXAMPLES = readdirSync(examplePath('')).filter((name) => name.endsWith('.xml'));

test('no whole person number of any file comes out of any command, but in receipts and the store', {
  timeout: 180_000,
}, async () => {
  const say = `cat >/dev/null; echo "out ${PERSON}"; echo "err ${PERSON}" >&2`;
  const settings = {
    rescanSeconds: 0.1,
    retrySeconds: 0.1,
    metricsFile: 'altinn.prom',
    hooks: {
      beforeAcceptance: ['sh', '-c', `${say}; case "$1" in *refused-*) exit 1;; *cut.xml) exit 2;; esac`, 'sh'],
      afterShipment: ['sh', '-c', `${say}; exit 1`],
      overdue: ['sh', '-c', `${say}; exit 1`],
    },
    expect: [{ systemUserCode: `SKD-${PERSON}`, by: '00:00' }],
    maxWaitingSeconds: 0,
    minFreeBytes: 0,
  };
  const home = inMemory(() => intakeHome(settings));
  const log = join(home, 'altinn.log');
  const common = ['-v', '-v', '-v', '--log-file', log, '--home', home];
  const printed: string[] = [];
  const commandTo = async (...args: string[]) => {
    const { stdout, stderr } = await altinnBatch([...args, ...common]);
    printed.push(stdout, stderr);
  };
  const dropHostile = () => {
    for (const [name, content] of Object.entries(HOSTILE)) drop(home, name, content);
  };
  const inInbox = () => readdirSync(join(home, 'inbox')).map((name) => join(home, 'inbox', name));

  dropHostile();
  for (const name of EXAMPLES) drop(home, name, readFileSync(examplePath(name)));
  await commandTo('status');
  await commandTo('validate', ...inInbox());
  await commandTo('validate', '--json', ...inInbox());
  await commandTo('run');
  dropHostile();
  await commandTo('run', '--json');
  const watch = startAltinnBatch(['watch', ...common]);
  const watched = finished(watch);
  dropHostile();
  while (inInbox().length > 0) await sleep(20);
  watch.kill('SIGTERM');
  const { stdout, stderr } = await watched;
  printed.push(stdout, stderr);
  put(home, `catalogue-${PERSON}.json`, readFileSync(join(home, 'services.json')));
  await commandTo('services', 'import', join(home, `catalogue-${PERSON}.json`));
  await commandTo('services', 'check', PERSON, PERSON);
  await commandTo('status', '--json');
  await commandTo('metrics');
  await commandTo('audit', 'list');
  printed.push(readFileSync(log, 'utf8'), readFileSync(join(home, 'altinn.prom'), 'utf8'));

  const sent = [...Object.values(HOSTILE), ...EXAMPLES.map((name) => readFileSync(examplePath(name)))];
  const numbers = new Set(sent.flatMap((one) => String(one).match(/(?<!\d)\d{11}(?!\d)/g) ?? []));
  expect(numbers.size).toBeGreaterThan(5);
  // A count of eleven digits, such as the free bytes of a disk, is none.
  const whole = printed.flatMap((text) => text.match(/(?<!\d)\d{11}(?!\d)/g) ?? []).filter((one) => numbers.has(one));
  expect(whole).toEqual([]);
  const masked = printed.join('').match(/(?<!\d)149090\*{5}/g) ?? [];
  expect(masked.length).toBeGreaterThan(100);
  const receipts = readdirSync(join(home, 'outbox')).map((name) => readFileSync(join(home, 'outbox', name), 'utf8'));
  expect(receipts.some((xml) => xml.includes(`>${PERSON}<`))).toBe(true);
});
