import { expect, test } from 'vitest';
import { expectItemFaults, type FaultyItem } from '../support/faulty-items.js';
import { intakeHome, query, take } from '../support/intake-home.js';
import {
  elements,
  ORGANISATION,
  OTHER_PERSON,
  PERSON,
  reportee,
  serviceOwner,
  subscriptionItem,
  subscriptionPart,
  type Values,
} from '../support/submissions.js';

test('each rule fails its own item with its code, line, service and remedy; the neighbours are accepted', async () => {
  const home = intakeHome();
  const late = '2099-01-01';
  const items = [
    subscriptionItem(),
    fault({ ExternalServiceCode: '' }, 40006, /service code is empty/, ''),
    fault({ ExternalServiceCode: 'NONE' }, 40013, /'NONE' is not in the service catalogue/, 'service NONE/201010'),
    fault({ ExternalServiceEditionCode: '7' }, 30006, /no edition '7'; the editions .* 201010/, 'service 1051/7'),
    fault({ ExternalServiceCode: 'TEST2', ExternalServiceEditionCode: null }, 40019, /type FormTask/, 'service TEST2'),
    subscriptionItem({ ExternalServiceEditionCode: null }),
    fault({ ExpirationDate: '2023-12-31' }, 0, /StartDate must not be later than ExpirationDate/),
    fault({ StartDate: '2024-02-02' }, 0, /StartDate must not be later than NextScheduledDate/),
    fault({ NextScheduledDate: '2024-03-01' }, 0, /NextScheduledDate must not be later than NextDueDate/),
    fault({ PeriodType: 'Hourly' }, 0, /'Hourly'.*Annual.*Once/),
    fault({ PeriodType: '' }, 0, /PeriodType.*Annual/),
    fault({ CaseId: '0' }, 60001, /CaseId 0 is not valid\. Expected a number of 1 or more/),
    fault({ CaseId: '-1' }, 60001, /CaseId -1/),
    fault({ CaseId: 'x' }, 0, /'x'/),
    subscriptionItem({ ExpirationDate: late, PeriodType: 'Once', CaseId: '1' }),
  ];
  const file = fileOf('RULES', reportee(PERSON, ...items.map(xmlOf)));
  const [taken] = await take(home, file);
  if (taken === undefined) throw new Error('no receipt');
  expectItemFaults(home, taken.shipment, file, items);
  expect(taken.receipt.typeName).toBe('Subscription');
  expect(taken.receipt.references.map((one) => one.split('=')[0])).toStrictEqual([
    'ExternalShipmentReference',
    'BatchReference',
    'OwnerPartyReference',
  ]);
  for (const sub of taken.receipt.subReceipts) expect(sub.references).toStrictEqual([`PartyReference=${PERSON}`]);
  expect(taken.receipt.subReceipts[0]?.text).toBe(
    'Line 5: accepted. Service 1051/201010. File file.xml, system user code SKD.',
  );
});

test('what the reportee, the edition and the identifying fields come to is in the store', async () => {
  const home = intakeHome();
  const identifying = elements({ IdentifyingField: 'Kåre' });
  const [taken] = await take(
    home,
    fileOf(
      'STORED',
      reportee(PERSON, subscriptionItem({ ExternalServiceEditionCode: null, IdentifyingFields: identifying })),
      reportee('123456789', subscriptionItem()),
      reportee(ORGANISATION, subscriptionItem({ ExpirationDate: null })),
      reportee(OTHER_PERSON, subscriptionItem({ StartDate: '2024-01-01+01:00', NextScheduledDate: '2023-12-31' })),
    ),
  );
  expect(taken?.receipt.subReceipts.map(({ status }) => status)).toStrictEqual([
    'OK',
    'ValidationFailed',
    'OK',
    'ValidationFailed',
  ]);
  expect(
    query(
      home,
      `SELECT reportee, service_edition_code AS edition, service_edition_code_given AS given,
         identifying_fields_hash IS NOT NULL AS hashed FROM visible_subscription ORDER BY item_id`,
    ),
  ).toStrictEqual([
    { reportee: PERSON, edition: '201010', given: null, hashed: 1 },
    { reportee: ORGANISATION, edition: '201010', given: '201010', hashed: 0 },
  ]);
});

test('a Reportee with a fault outside its items fails with all of them, and no others', async () => {
  // One item a chunk: some have been staged as accepted when the fault is met.
  const home = intakeHome({ chunkItems: 1 });
  const misplaced = `<Reportee>\n${subscriptionItem()}\n<Id>${OTHER_PERSON}</Id>\n${subscriptionItem()}\n</Reportee>`;
  const stray = `<Reportee><Id>${PERSON}</Id>\n${subscriptionItem()}\n<Stray/>\n</Reportee>`;
  const file = fileOf(
    'REPORTEES',
    reportee(PERSON, subscriptionItem()),
    misplaced,
    stray,
    reportee(ORGANISATION, subscriptionItem()),
  );
  const [taken] = await take(home, file);
  expect(taken?.shipment.items).toStrictEqual({ total: 5, accepted: 2, failed: 3 });
  expect(taken?.receipt.subReceipts.map(({ status }) => status)).toStrictEqual([
    'OK',
    'ValidationFailed',
    'ValidationFailed',
    'ValidationFailed',
    'OK',
  ]);
  for (const at of [1, 2, 3]) {
    expect(taken?.receipt.subReceipts[at]?.text).toMatch(
      /Failed, line \d+.*The Reportee .*All items of this Reportee/s,
    );
  }
});

function fileOf(reference: string, ...reportees: string[]): string {
  return serviceOwner(subscriptionPart({ reference }, ...reportees));
}

function fault(values: Values, code: number, says: RegExp, service = 'service 1051/201010'): FaultyItem {
  const reference = service === '' ? 'reportee 149090*****' : `${service}, reportee 149090*****`;
  return { reference, xml: subscriptionItem(values), code, says };
}

function xmlOf(item: string | FaultyItem): string {
  return typeof item === 'string' ? item : item.xml;
}
