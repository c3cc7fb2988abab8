import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type SentInstance, sentInstances } from '../subscriptions/sent-instances.js';
import { drop, put } from '../support/intake-home.js';
import {
  altut,
  binaryAttachment,
  correspondence,
  correspondences,
  field,
  form,
  formSet,
  message,
  ORGANISATION,
  OTHER_PERSON,
  PERSON,
  prefillPart,
  receiptSave,
  reportee,
  serviceOwner,
  subscriptionItem,
  subscriptionPart,
} from '../support/submissions.js';
import { Agency, type Step } from './agency.js';
import { altUtConfirmations, correspondenceConfirmations, usageData } from './sent-messages.js';

const BRANCH = '310987654';
const IDENTIFYING = '<IdentifyingField>Avdeling Bergen</IdentifyingField>';
/** A person number with wrong check digits. */
const NOBODY = '17868832200';

const SETTINGS = {
  timeZone: 'Europe/Oslo',
  stableSeconds: 0,
  retries: 0,
  keepDays: {
    archivedFiles: 30,
    rejectedFiles: 30,
    receiptFiles: 180,
    outboundFiles: 180,
    messages: 0,
    prefill: 0,
    subscriptions: 0,
    rawXml: 90,
  },
};

const CATALOGUE = {
  serviceOwners: [{ code: 'SKD', name: 'Skatteetaten', orgNumber: '974761076' }],
  services: [
    {
      serviceCode: '1051',
      serviceEditionCode: '201010',
      serviceOwner: 'SKD',
      type: 'FormTask',
      name: 'Opplysninger om næring',
      forms: [{ dataFormatId: '890', dataFormatVersion: '10451', schema: 'forms/890-10451.xsd' }],
    },
    {
      serviceCode: 'PSA',
      serviceEditionCode: '2009',
      serviceOwner: 'SKD',
      type: 'Correspondence',
      name: 'Skatteoppgjør',
      message: { confirmations: 'opened', usageReportDays: 14 },
    },
  ],
};

const formData = (name: string, turnover: string) =>
  '<Skjema skjemanummer="890" spesifikasjonsnummer="10451">' +
  `<Virksomhet><Navn>${name}</Navn></Virksomhet><Inntektsaar>2024</Inntektsaar><Omsetning>${turnover}</Omsetning></Skjema>`;

const aFormSet = (reference: string, name: string, values: Record<string, string> = {}) =>
  formSet(reference, { Form: form({ FormData: `<![CDATA[${formData(name, '0')}]]>` }), ...values });

const ENDS = { ExpirationDate: '2024-12-31' };
const MONTHLY = subscriptionItem({ ...ENDS, NextScheduledDate: '2024-01-31', NextDueDate: '2024-02-29', CaseId: '7' });
const OF_BRANCH = subscriptionItem({
  ...ENDS,
  NextScheduledDate: '2024-02-10',
  NextDueDate: '2024-03-10',
  PeriodType: 'Quarterly',
  IdentifyingFields: IDENTIFYING,
});
const once = (scheduled: string) =>
  subscriptionItem({ ...ENDS, NextScheduledDate: scheduled, NextDueDate: '2024-12-31', PeriodType: 'Once' });

test('a year in the life of an agency: every file comes out once, valid, with what it should hold', async () => {
  const agency = new Agency();
  const { home } = agency;
  const instances: SentInstance[] = [];

  /** Expects these files to have come into the outbox, each batch with its receipt, and nothing else to have changed there. */
  const wentOut = (step: Step, ...references: readonly string[]) => {
    expect([step.exitCode, step.changed, step.gone], step.stderr).toEqual([0, [], []]);
    const receipts = references.map((one) => agency.receiptOf(one));
    expect(step.appeared).toEqual([...references.map((one) => `${one}.xml`), ...receipts].sort());
  };
  const statuses = (step: Step) => Object.fromEntries(step.lines.map((one) => [one.file, one.status]));
  const activate = async (now: string, number: number, ...expected: readonly string[]) => {
    const step = await agency.at(now, 'subscriptions', 'activate');
    wentOut(step, `SKD-FORMTASK-${number}`);
    const made = sentInstances(home, `SKD-FORMTASK-${number}.xml`);
    expect(made.map((one) => `${one.reportee} ${one.scheduled}`).sort()).toEqual([...expected].sort());
    instances.push(...made);
    return step;
  };

  // January: the agency is set up, and sends its first files.
  expect((await agency.textAt('2024-01-02T09:00+01:00', 'init')).exitCode).toBe(0);
  put(home, 'altinn-batch.json', JSON.stringify(SETTINGS));
  const catalogue = put(home, 'catalogue.json', JSON.stringify(CATALOGUE));
  expect((await agency.textAt('2024-01-02T09:10+01:00', 'services', 'import', catalogue)).exitCode).toBe(0);

  const turnover = field('/Skjema/Omsetning', { ValidFrom: '2024-07-01', Value: '5000' });
  const prefill = reportee(ORGANISATION, aFormSet('FORMS-1', 'Øvelse AS'), turnover);
  drop(home, 'prefill.xml', serviceOwner(prefillPart({ reference: 'PREFILL-1' }, prefill)), 40);
  const subscribed = [
    reportee(ORGANISATION, MONTHLY),
    reportee(BRANCH, OF_BRANCH),
    reportee(PERSON, once('2024-05-17')),
    reportee(NOBODY, once('2024-12-01')),
  ];
  drop(home, 'subscription.xml', serviceOwner(subscriptionPart({ reference: 'SUBSCRIPTION-1' }, ...subscribed)), 30);
  const letters = correspondences(
    { systemUserCode: 'SKD-PSA', reference: 'LETTERS-1', sequenceNo: '1' },
    correspondence('M-1'),
    correspondence('M-2', { Reportee: PERSON, VisibleDateTime: '2024-03-01T08:00:00' }),
    correspondence('M-3', { AllowSystemDeleteDateTime: '2024-12-31T00:00:00' }, { Attachments: binaryAttachment() }),
  );
  drop(home, 'letters.xml', letters, 20);
  const [a1, a2] = [message('A-1'), message('A-2', { shortName: 'PSA_2009', reportee: PERSON })];
  drop(home, 'altut.xml', altut({ name: 'SKD-PSA', sequenceNo: '1' }, a1, a2), 10);
  const taken = await agency.at('2024-01-03T08:00+01:00', 'run');
  expect([taken.exitCode, statuses(taken)]).toEqual([
    65,
    { 'prefill.xml': 'OK', 'subscription.xml': 'ValidationFailed', 'letters.xml': 'OK', 'altut.xml': 'OK' },
  ]);
  expect(taken.lines.map((one) => one.items)).toEqual([
    { total: 2, accepted: 2, failed: 0 },
    { total: 4, accepted: 3, failed: 1 },
    { total: 3, accepted: 3, failed: 0 },
    { total: 2, accepted: 2, failed: 0 },
  ]);
  expect(taken.appeared).toHaveLength(5);

  const show = ['prefill', 'show', '--reportee', ORGANISATION, '--service', '1051/201010', '--date'];
  for (const [day, expected] of [
    ['2024-06-30', /^ +form set .*Omsetning +0$/m] as const,
    ['2024-07-01', /^ +field .*Omsetning +5000$/m] as const,
  ]) {
    const shown = await agency.textAt('2024-01-03T09:00+01:00', ...show, day);
    expect([shown.exitCode, shown.stdout]).toEqual([0, expect.stringMatching(expected)]);
  }

  // Some messages are read and confirmed, by hand and by a list of the portal's.
  const listed = await agency.at('2024-01-10T09:00+01:00', 'messages', 'list');
  const status = Object.fromEntries(listed.lines.map((one) => [one.sendersReference, one.status]));
  expect(status).toEqual({ 'A-1': 'Unread', 'A-2': 'Unread', 'M-1': 'Unread', 'M-2': 'Created', 'M-3': 'Unread' });
  const id = (reference: string) => String(listed.lines.find((one) => one.sendersReference === reference)?.id);
  const confirm = ['--by', PERSON, '--roles', 'DAGL LEDE', '--method', '3', '--at', '2024-01-10T08:30:00'];
  expect((await agency.at('2024-01-10T09:01+01:00', 'messages', 'confirm', id('M-1'), ...confirm)).exitCode).toBe(0);
  expect((await agency.at('2024-01-10T09:02+01:00', 'messages', 'read', id('M-2'))).exitCode).toBe(65);
  const csv = (name: string, ...rows: readonly string[]) => {
    const title = 'event;systemUserCode;reference;at;by;roles;method';
    return put(home, name, [title, ...rows, ''].join('\n'));
  };
  const january = csv(
    'january.csv',
    'read;SKD;A-1;2024-01-11T10:00:00;;;',
    `confirm;SKD-PSA;A-2;2024-01-11T11:00:00;${PERSON};PRIV;2`,
  );
  expect((await agency.at('2024-01-12T09:00+01:00', 'messages', 'events', january)).exitCode).toBe(0);

  // Fourteen days after they were sent.
  const usage = await agency.at('2024-01-17T06:00+01:00', 'usage-data', 'send');
  wentOut(usage, 'SKD-USAGE-1');
  expect([...usageData(agency.content('SKD-USAGE-1.xml'))].sort()).toEqual([
    `2009 ${PERSON} Confirmed 2024-01-03`,
    `2009 ${ORGANISATION} Confirmed 2024-01-03`,
    `2009 ${ORGANISATION} Read 2024-01-03`,
    `2009 ${ORGANISATION} Unread 2024-01-03`,
  ]);

  await activate('2024-01-31T05:00+01:00', 1, `${ORGANISATION} 2024-01-31`);
  const again = await agency.at('2024-01-31T06:00+01:00', 'subscriptions', 'activate');
  expect([again.exitCode, again.appeared, again.lines.length]).toEqual([0, [], 1]);

  // February: the first confirmations go out, and the agency acknowledges them.
  wentOut(await agency.at('2024-02-01T05:00+01:00', 'confirmations', 'send'), 'SKD-PSA-ALTUT-1', 'SKD-PSA-CORR-1');
  expect(correspondenceConfirmations(agency.content('SKD-PSA-CORR-1.xml'))).toEqual({
    sequenceNo: '1',
    previous: '0',
    to: 'SKD-PSA',
    count: '1',
    entries: [
      `M-1 ${ORGANISATION} PSA/2009 read 2024-01-10T08:30:00 confirmed 2024-01-10T08:30:00 by ${PERSON} as DAGL LEDE, 3`,
    ],
  });
  expect(altUtConfirmations(agency.content('SKD-PSA-ALTUT-1.xml'))).toEqual({
    sequenceNo: 'SKD-PSA-ALTUT-1',
    previous: '',
    to: 'SKD-PSA',
    count: '2',
    entries: [
      `A-1 ${ORGANISATION} PSA 2009 read 2024-01-11T10:00:00`,
      `A-2 ${PERSON} PSA_2009 read 2024-01-11T11:00:00 confirmed 2024-01-11T11:00:00 by ${PERSON} as PRIV, 2`,
    ],
  });

  const [correspondenceReceipt, altutReceipt] = ['SKD-PSA-CORR-1', 'SKD-PSA-ALTUT-1'].map(agency.receiptOf, agency);
  const receiptId = (name = '') => Number(/\.(\d+)\.receipt\.xml$/.exec(name)?.[1]);
  const acknowledgement = receiptSave(
    { systemUserCode: 'SKD-PSA', receiptId: receiptId(correspondenceReceipt) },
    { ReceiptText: 'Filed, case 12' },
  );
  drop(home, 'acknowledgement.xml', acknowledgement);
  const acknowledged = await agency.at('2024-02-02T08:00+01:00', 'run');
  expect([acknowledged.exitCode, acknowledged.appeared, acknowledged.changed]).toEqual([
    0,
    [],
    [correspondenceReceipt],
  ]);
  expect(agency.content(correspondenceReceipt ?? '')).toMatch(/<ReceiptHistory>.*sent out.*Filed, case 12/s);
  const byHand = ['receipts', 'update', String(receiptId(altutReceipt)), '--status', 'OK', '--text', 'Filed, case 13'];
  const updated = await agency.at('2024-02-02T08:10+01:00', ...byHand);
  expect([updated.exitCode, updated.appeared, updated.changed]).toEqual([0, [], [altutReceipt]]);
  expect(agency.content(altutReceipt ?? '')).toMatch(/<ReceiptHistory>.*sent out.*Filed, case 13/s);

  // The branch has a subscription, and no prefill of its own yet.
  const held = await activate('2024-02-29T05:00+01:00', 2, `${ORGANISATION} 2024-02-29`);
  expect(held.lines[0]).toMatchObject({ due: 2, made: 1, held: 1, released: 0 });

  // March: nothing was read, so nothing goes out; and nobody activates.
  wentOut(await agency.at('2024-03-01T05:00+01:00', 'confirmations', 'send'));

  // April: the prefill comes that was missing, and the subscription that failed, mended.
  const ofBranch = reportee(BRANCH, aFormSet('FORMS-2', 'Øvelse Bergen', { IdentifyingFields: IDENTIFYING }));
  const mended = subscriptionPart({ reference: 'SUBSCRIPTION-2' }, reportee(OTHER_PERSON, once('2024-12-01')));
  drop(home, 'april.xml', serviceOwner(mended + prefillPart({ reference: 'PREFILL-2' }, ofBranch)));
  const april = await agency.at('2024-04-15T08:00+02:00', 'run');
  expect([april.exitCode, april.lines.map((one) => one.status), april.appeared.length]).toEqual([0, ['OK', 'OK'], 2]);
  const caughtUp = await activate(
    '2024-04-30T05:00+02:00',
    3,
    ...[`${ORGANISATION} 2024-03-31`, `${ORGANISATION} 2024-04-30`, `${BRANCH} 2024-02-10`],
  );
  expect(caughtUp.lines[0]).toMatchObject({ due: 1, made: 2, held: 0, released: 1 });

  await activate('2024-05-31T05:00+02:00', 4, `${ORGANISATION} 2024-05-31`, `${PERSON} 2024-05-17`);

  // June: more letters, one shipment ahead of its sequence and one that was sent before; and a file of the portal's.
  const head = { systemUserCode: 'SKD-PSA' };
  const more = [correspondence('M-4'), correspondence('M-5', { DueDateTime: '2024-07-01T12:00:00' })];
  drop(home, 'letters-2.xml', correspondences({ ...head, reference: 'LETTERS-2', sequenceNo: '2' }, ...more), 40);
  drop(home, 'altut-2.xml', altut({ name: 'SKD-PSA', sequenceNo: '2' }, message('A-3')), 30);
  drop(home, 'letters-4.xml', correspondences({ ...head, reference: 'LETTERS-4', sequenceNo: '4' }, ...more), 20);
  drop(home, 'letters-again.xml', letters, 10);
  const june = await agency.at('2024-06-03T08:00+02:00', 'run');
  expect([june.exitCode, statuses(june), june.appeared.length]).toEqual([
    65,
    { 'letters-2.xml': 'OK', 'altut-2.xml': 'OK', 'letters-4.xml': 'Rejected', 'letters-again.xml': 'Rejected' },
    5,
  ]);
  const by = { systemUserCode: 'SKD-PSA', by: PERSON, roles: 'DAGL', method: 4 };
  const events = [
    { event: 'read', systemUserCode: 'SKD-PSA', reference: 'M-2', at: '2024-06-09T12:00:00' },
    { ...by, event: 'confirm', reference: 'M-2', at: '2024-06-09T12:05:00' },
    { event: 'read', systemUserCode: 'SKD', reference: 'M-3', at: '2024-06-09T13:00:00' },
    { ...by, event: 'confirm', reference: 'A-1', at: '2024-06-09T14:00:00' },
    { ...by, event: 'confirm', reference: 'M-1', at: '2024-06-09T15:00:00' },
    { event: 'read', systemUserCode: 'SKD', reference: 'M-9' },
  ];
  drop(home, 'portal.events.jsonl', events.map((one) => `${JSON.stringify(one)}\n`).join(''));
  const portal = await agency.at('2024-06-10T08:00+02:00', 'run');
  const [answer = ''] = portal.appeared;
  expect([portal.exitCode, portal.appeared]).toEqual([
    65,
    [expect.stringMatching(/^portal\.events\.\d+\.answer\.jsonl$/)],
  ]);
  const answers = agency.content(answer).matchAll(/"status":"(\w+)".*"changed":(\w+)/g);
  expect([...answers].map(([, said, changed]) => `${said} ${changed}`)).toEqual([
    ...Array(4).fill('OK true'),
    'OK false',
    'Rejected false',
  ]);

  // M-2 was visible from March on; the others came on 3 June.
  wentOut(await agency.at('2024-06-17T06:00+02:00', 'usage-data', 'send'), 'SKD-USAGE-2');
  expect([...usageData(agency.content('SKD-USAGE-2.xml'))].sort()).toEqual([
    `2009 ${PERSON} Confirmed 2024-03-01`,
    ...Array(3).fill(`2009 ${ORGANISATION} Unread 2024-06-03`),
  ]);
  wentOut(await agency.at('2024-06-17T07:00+02:00', 'usage-data', 'send'));
  await activate('2024-06-30T05:00+02:00', 5, `${ORGANISATION} 2024-06-30`, `${BRANCH} 2024-06-10`);

  // July: the second confirmations; the one that was only read before is told again, now that it is confirmed.
  wentOut(await agency.at('2024-07-01T05:00+02:00', 'confirmations', 'send'), 'SKD-PSA-ALTUT-2', 'SKD-PSA-CORR-2');
  expect(correspondenceConfirmations(agency.content('SKD-PSA-CORR-2.xml'))).toMatchObject({
    sequenceNo: '2',
    previous: '1',
    count: '2',
    entries: [
      `M-2 ${PERSON} PSA/2009 read 2024-06-09T12:00:00 confirmed 2024-06-09T12:05:00 by ${PERSON} as DAGL, 4`,
      `M-3 ${ORGANISATION} PSA/2009 read 2024-06-09T13:00:00`,
    ],
  });
  expect(altUtConfirmations(agency.content('SKD-PSA-ALTUT-2.xml'))).toMatchObject({
    sequenceNo: 'SKD-PSA-ALTUT-2',
    previous: 'SKD-PSA-ALTUT-1',
    count: '1',
    entries: [
      `A-1 ${ORGANISATION} PSA 2009 read 2024-01-11T10:00:00 confirmed 2024-06-09T14:00:00 by ${PERSON} as DAGL, 4`,
    ],
  });
  await activate('2024-07-31T05:00+02:00', 6, `${ORGANISATION} 2024-07-31`);
  await activate('2024-08-31T05:00+02:00', 7, `${ORGANISATION} 2024-08-31`);

  // September: the agency has lost a batch, and gets the same one again.
  const lost = agency.content('SKD-PSA-CORR-2.xml');
  rmSync(join(home, 'outbox', 'SKD-PSA-CORR-2.xml'));
  const resent = await agency.at('2024-09-02T09:00+02:00', 'confirmations', 'resend', 'SKD-PSA-CORR-2');
  expect([resent.exitCode, resent.appeared, resent.changed, resent.gone]).toEqual([0, [], [], []]);
  expect(agency.content('SKD-PSA-CORR-2.xml')).toBe(lost);
  await activate('2024-09-30T05:00+02:00', 8, `${ORGANISATION} 2024-09-30`);
  await activate('2024-10-31T05:00+01:00', 9, `${ORGANISATION} 2024-10-31`, `${BRANCH} 2024-10-10`);
  await activate('2024-11-30T05:00+01:00', 10, `${ORGANISATION} 2024-11-30`);

  // December: the last ones, and what is still open.
  const december = csv(
    'december.csv',
    'read;SKD;M-4;2024-12-20T10:00:00;;;',
    `confirm;SKD;A-3;2024-12-20T11:00:00;${OTHER_PERSON};;`,
  );
  expect((await agency.at('2024-12-20T12:00+01:00', 'messages', 'events', december)).exitCode).toBe(0);
  await activate('2024-12-31T05:00+01:00', 11, `${ORGANISATION} 2024-12-31`, `${OTHER_PERSON} 2024-12-01`);
  wentOut(await agency.at('2024-12-31T06:00+01:00', 'confirmations', 'send'), 'SKD-PSA-ALTUT-3', 'SKD-PSA-CORR-3');
  expect(correspondenceConfirmations(agency.content('SKD-PSA-CORR-3.xml'))).toMatchObject({
    sequenceNo: '3',
    previous: '2',
    entries: [`M-4 ${ORGANISATION} PSA/2009 read 2024-12-20T10:00:00`],
  });
  expect(altUtConfirmations(agency.content('SKD-PSA-ALTUT-3.xml'))).toMatchObject({
    previous: 'SKD-PSA-ALTUT-2',
    entries: [
      `A-3 ${ORGANISATION} PSA 2009 read 2024-12-20T11:00:00 confirmed 2024-12-20T11:00:00 by ${OTHER_PERSON} as , 1`,
    ],
  });
  const overdue = await agency.at('2024-12-31T07:00+01:00', 'messages', 'list', '--overdue');
  expect(overdue.lines.map((one) => one.sendersReference)).toEqual(['M-5']);

  // Every form task of the year: each once, in its period, with the prefill of its day.
  expect(new Set(instances.map((one) => one.id)).size).toBe(instances.length);
  const ofReportee = (one: string) => instances.filter(({ reportee: id }) => id === one);
  const monthly = ofReportee(ORGANISATION);
  expect(monthly.map(({ period, scheduled, due, caseId }) => [period, scheduled, due, caseId])).toEqual([
    ['1', '2024-01-31', '2024-02-29', '7'],
    ['2', '2024-02-29', '2024-03-29', '7'],
    ['3', '2024-03-31', '2024-04-29', '7'],
    ['4', '2024-04-30', '2024-05-29', '7'],
    ['5', '2024-05-31', '2024-06-29', '7'],
    ['6', '2024-06-30', '2024-07-29', '7'],
    ['7', '2024-07-31', '2024-08-29', '7'],
    ['8', '2024-08-31', '2024-09-29', '7'],
    ['9', '2024-09-30', '2024-10-29', '7'],
    ['10', '2024-10-31', '2024-11-29', '7'],
    ['11', '2024-11-30', '2024-12-29', '7'],
    ['12', '2024-12-31', '2025-01-29', '7'],
  ]);
  expect(monthly.map(({ forms }) => forms)).toEqual([
    ...Array(6).fill([formData('Øvelse AS', '0')]),
    ...Array(6).fill([formData('Øvelse AS', '5000')]),
  ]);
  const branch = ofReportee(BRANCH).map(({ period, scheduled, formSet: set, identifyingFields, forms }) => {
    return { period, scheduled, set, identifyingFields, forms };
  });
  const ofSet = { set: 'FORMS-2', identifyingFields: ['Avdeling Bergen'], forms: [formData('Øvelse Bergen', '0')] };
  expect(branch).toEqual([
    { period: '1', scheduled: '2024-02-10', ...ofSet },
    { period: '2', scheduled: '2024-06-10', ...ofSet },
    { period: '3', scheduled: '2024-10-10', ...ofSet },
  ]);
  // The other two have no prefill: their form tasks come without forms.
  const others = [...ofReportee(PERSON), ...ofReportee(OTHER_PERSON)];
  expect(others.map(({ scheduled, forms }) => [scheduled, forms])).toEqual([
    ['2024-05-17', []],
    ['2024-12-01', []],
  ]);
  const still = await agency.at('2024-12-31T07:10+01:00', 'subscriptions', 'list', '--due-by', '2024-12-31');
  expect(still.lines).toEqual([]);

  // Every batch that went out has its receipt, and the store knows of no other.
  const outbound = [
    ...Array.from({ length: 11 }, (_, at) => `SKD-FORMTASK-${at + 1}`),
    ...[1, 2, 3].flatMap((number) => [`SKD-PSA-ALTUT-${number}`, `SKD-PSA-CORR-${number}`]),
    ...['SKD-USAGE-1', 'SKD-USAGE-2'],
  ];
  const receipts = await agency.at('2024-12-31T07:20+01:00', 'receipts', 'list', '--type', 'Outbound');
  const paths = outbound.map((reference) => `outbox/${agency.receiptOf(reference)}`);
  expect(receipts.lines.map((one) => one.receipt).sort()).toEqual(paths.sort());
  const reference = ['receipts', 'show', '--reference', 'OutboundShipmentReference=SKD-PSA-CORR-1'];
  const shown = await agency.textAt('2024-12-31T07:30+01:00', ...reference);
  expect(shown.stdout).toBe(agency.content(correspondenceReceipt ?? ''));
  const found = await agency.textAt('2024-12-31T07:40+01:00', 'find', 'SKD-PSA-CORR-1');
  const command = `altinn-batch receipts show ${receiptId(correspondenceReceipt)}`;
  expect([found.exitCode, found.stdout]).toEqual([0, expect.stringContaining(command)]);
  // 19 batches with their receipts; 10 shipments, two of them AltUt with a receipt of the older kind; and an answer.
  expect(agency.outbox.size).toBe(2 * 19 + 10 + 2 + 1);

  // January again: what has had its day goes, and no more than that.
  const count = await agency.at('2025-01-15T02:30+01:00', 'purge', '--dry-run');
  const purged = await agency.at('2025-01-15T02:31+01:00', 'purge');
  const removed = (step: Step) =>
    Object.fromEntries(step.lines.filter((one) => 'kind' in one).map((one) => [one.kind, one.removed]));
  expect([count.exitCode, count.gone, purged.exitCode, purged.appeared]).toEqual([0, [], 0, []]);
  expect(removed(purged)).toEqual(removed(count));
  expect(removed(purged)).toEqual({
    archivedFiles: 9,
    rejectedFiles: 2,
    receiptFiles: 21,
    outboundFiles: 10,
    messages: 1,
    prefill: 3,
    subscriptions: 4,
    rawXml: 1,
  });
  // The batch that was sent again was written in September.
  const kept = outbound.filter((one) => /FORMTASK-([6-9]|1\d)$|-CORR-[23]$|ALTUT-3$/.test(one));
  const files = kept.flatMap((one) => [`${one}.xml`, agency.receiptOf(one)]);
  expect([...agency.outbox.keys()]).toEqual(files.sort());

  // Nothing is left to say, and what is on record stays.
  for (const words of [
    ['subscriptions', 'activate'],
    ['confirmations', 'send'],
    ['usage-data', 'send'],
  ]) {
    wentOut(await agency.at('2025-01-31T05:00+01:00', ...words));
  }
  const first = ['receipts', 'show', '--reference', 'ExternalShipmentReference=LETTERS-1'];
  const answered = await agency.at('2025-01-31T06:00+01:00', ...first);
  expect(answered.lines.map((one) => one.status)).toEqual(['Rejected', 'OK']);
  const health = await agency.at('2025-01-31T06:10+01:00', 'status');
  expect([health.exitCode, health.stdout]).toEqual([0, expect.any(String)]);
}, 540_000);
