import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Subscription } from '../../src/domain/content.js';
import { identifyingFieldsHash } from '../../src/domain/identifying-fields.js';
import { subscriptionMapper } from '../../src/formats/subscription.js';
import { parseItem } from '../../src/xml/tree.js';
import { contextWith, itemOf, ORGANISATION, PERSON, REPORTEE_PLACE, replaced } from './service-owner-context.js';

const MINIMAL = `<FormTask>
  <ExternalServiceCode>1051</ExternalServiceCode>
  <StartDate>2026-01-01</StartDate>
  <NextScheduledDate>2026-02-01</NextScheduledDate>
  <NextDueDate>2026-03-01</NextDueDate>
  <PeriodType>Monthly</PeriodType>
</FormTask>`;

const FULL = `<FormTask>
  <ExternalServiceCode>1051</ExternalServiceCode>
  <ExternalServiceEditionCode>9</ExternalServiceEditionCode>
  <StartDate> 2026-01-01 </StartDate>
  <ExpirationDate>2027-01-01</ExpirationDate>
  <NextScheduledDate>2026-02-01</NextScheduledDate>
  <NextDueDate>2026-03-01</NextDueDate>
  <VisibleDate>2026-01-15</VisibleDate>
  <PeriodType>Once</PeriodType>
  <CaseId> 42 </CaseId>
  <IdentifyingFields><IdentifyingField>A &amp; B</IdentifyingField><IdentifyingField> 2 </IdentifyingField></IdentifyingFields>
</FormTask>`;

const map = (xml: string, context = contextWith()) => subscriptionMapper.map(itemOf(xml), context);
const contentOf = (xml: string) => map(xml).content as Subscription | null;

function expectFailure(xml: string, code: number, message: RegExp, line?: number): void {
  const { content, issues } = map(xml);
  expect(content).toBeNull();
  expect(issues).toHaveLength(1);
  expect(issues[0]).toMatchObject({ code, level: 'Error', message: expect.stringMatching(message) });
  if (line !== undefined) expect(issues[0]?.line).toBe(line);
}

describe('a subscription', () => {
  it('is read whole', () => {
    const mapped = map(FULL);
    expect(mapped.issues).toEqual([]);
    expect(mapped).toMatchObject({
      serviceCode: '1051',
      serviceEditionCode: '9',
      reportee: ORGANISATION,
      sendersReference: null,
      shortName: null,
      embedded: [],
    });
    expect(mapped.content).toEqual({
      kind: 'subscription',
      serviceEditionCodeGiven: '9',
      startDate: '2026-01-01',
      expirationDate: '2027-01-01',
      nextScheduledDate: '2026-02-01',
      nextDueDate: '2026-03-01',
      visibleDate: '2026-01-15',
      periodType: 'Once',
      caseId: 42,
      identifyingFields: ['A & B', ' 2 '],
      identifyingFieldsHash: identifyingFieldsHash(['A & B', ' 2 ']),
    });
  });

  it('gets the newest edition when it names none, and remembers that it named none', () => {
    const mapped = map(MINIMAL);
    expect(mapped.serviceEditionCode).toBe('201010');
    expect(mapped.content).toEqual({
      kind: 'subscription',
      serviceEditionCodeGiven: null,
      startDate: '2026-01-01',
      expirationDate: null,
      nextScheduledDate: '2026-02-01',
      nextDueDate: '2026-03-01',
      visibleDate: null,
      periodType: 'Monthly',
      caseId: null,
      identifyingFields: [],
      identifyingFieldsHash: null,
    });
    expect(map(replaced(FULL, 'ExternalServiceEditionCode', '<ExternalServiceEditionCode/>'))).toMatchObject({
      serviceEditionCode: '201010',
      content: { serviceEditionCodeGiven: null },
    });
  });

  it('has no edition when it names none and there is no catalogue', () => {
    const mapped = map(MINIMAL, contextWith({ catalogue: null }));
    expect(mapped.issues).toEqual([]);
    expect(mapped.serviceEditionCode).toBeNull();
  });

  it('has no expiration date when that is nil', () => {
    const nil = '<ExpirationDate xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>';
    expect(contentOf(replaced(FULL, 'ExpirationDate', nil))?.expirationDate).toBeNull();
  });

  it('reads its elements under any prefix, with comments and CDATA in them', () => {
    const prefixed = MINIMAL.replaceAll('</', '</ns0:')
      .replace(/<(?=[A-Z])/g, '<ns0:')
      .replace('Monthly', 'Mo<!-- x --><![CDATA[nth]]>ly');
    expect(contentOf(prefixed)).toEqual(contentOf(MINIMAL));
  });
});

describe('the service of a subscription', () => {
  const withCode = (code: string) =>
    replaced(MINIMAL, 'ExternalServiceCode', `<ExternalServiceCode>${code}</ExternalServiceCode>`);

  it('fails an empty code with 40006', () => expectFailure(withCode(' '), 40006, /empty/, 11));
  it('fails an unknown code with 40013', () => expectFailure(withCode('4711'), 40013, /'4711'/, 11));
  it('fails the wrong type with 40019', () => expectFailure(withCode('PSA'), 40019, /Correspondence/, 11));
  it("fails another owner's service with 30005", () => expectFailure(withCode('NAVS'), 30005, /NAV/, 11));
  it('fails an unknown edition with 30006 and names the known ones', () => {
    const edition = '<ExternalServiceEditionCode>10</ExternalServiceEditionCode>';
    expectFailure(replaced(FULL, 'ExternalServiceEditionCode', edition), 30006, /'10'.*201010, 9/);
  });
});

describe('the reportee of a subscription', () => {
  it.each([
    ['974761077', 50008],
    ['01019012309', 40016],
    ['12345', 60012],
    ['  ', 40007],
    [null, 40007],
  ])('fails the item when it is %j with %d, at the place of the Id', (reporteeId, code) => {
    const { content, issues } = map(MINIMAL, contextWith({ reporteeId }));
    expect(content).toBeNull();
    expect(issues).toMatchObject([{ code, ...REPORTEE_PLACE }]);
  });

  it('is told at the item where the Id has no place', () => {
    const { issues } = map(MINIMAL, contextWith({ reporteeId: null, reporteePlace: null }));
    expect(issues).toMatchObject([{ code: 40007, line: 10, position: 3 }]);
  });

  it('is a field of the item even when it is wrong', () => {
    expect(map(MINIMAL, contextWith({ reporteeId: '12345' })).reportee).toBe('12345');
    expect(map(MINIMAL, contextWith({ reporteeId: ' ' })).reportee).toBeNull();
  });
});

describe('the dates of a subscription', () => {
  const withDate = (name: string, date: string) => replaced(FULL, name, `<${name}>${date}</${name}>`);

  it.each([
    ['StartDate', '2026-02-02', /StartDate 2026-02-02 is after NextScheduledDate 2026-02-01/],
    ['ExpirationDate', '2025-12-31', /StartDate 2026-01-01 is after ExpirationDate 2025-12-31/],
    ['NextDueDate', '2026-01-31', /NextScheduledDate 2026-02-01 is after NextDueDate 2026-01-31/],
  ])('fail in the wrong order with both named: %s %s', (name, date, message) => {
    expectFailure(withDate(name, date), 0, message);
  });

  it('may all be the same', () => {
    const same = FULL.replace(/20\d\d-\d\d-\d\d/g, '2026-05-05');
    expect(map(same).issues).toEqual([]);
  });

  it('are compared as moments when they carry zones', () => {
    expect(map(withDate('ExpirationDate', '2026-01-01+01:00')).issues).toEqual([]);
    expectFailure(withDate('ExpirationDate', '2026-01-01+02:00'), 0, /2026-01-01\+02:00/);
  });

  it.each(['StartDate', 'ExpirationDate', 'NextScheduledDate', 'NextDueDate', 'VisibleDate'])(
    'fail beyond the year 9999: %s',
    (name) => {
      expectFailure(withDate(name, '12026-01-01'), 0, new RegExp(`${name} '12026-01-01'.*0001 to 9999`));
    },
  );

  it('are accepted exactly when they are in order, whatever they are', () => {
    const day = fc.integer({ min: 1, max: 4 }).map((value) => `2026-01-0${value}`);
    fc.assert(
      fc.property(day, day, day, day, (start, expiration, scheduled, due) => {
        let xml = withDate('StartDate', start);
        xml = replaced(xml, 'ExpirationDate', `<ExpirationDate>${expiration}</ExpirationDate>`);
        xml = replaced(xml, 'NextScheduledDate', `<NextScheduledDate>${scheduled}</NextScheduledDate>`);
        xml = replaced(xml, 'NextDueDate', `<NextDueDate>${due}</NextDueDate>`);
        const inOrder = start <= expiration && start <= scheduled && scheduled <= due;
        expect(map(xml).content !== null).toBe(inOrder);
      }),
    );
  });
});

describe('the other values of a subscription', () => {
  it.each([
    'Annual',
    'Semiannual',
    'Quarterly',
    'Tertiary',
    'Bimonthly',
    'Monthly',
    'Fortnightly',
    'Weekly',
    'Daily',
    'Once',
  ])('may have the period type %s', (type) => {
    expect(contentOf(MINIMAL.replace('Monthly', type))?.periodType).toBe(type);
  });

  it.each(['Yearly', 'monthly', ' Monthly ', ''])('may not have the period type %j', (type) => {
    expectFailure(MINIMAL.replace('Monthly', type), 0, /PeriodType.*Annual, Semiannual, Quarterly, Tertiary/, 15);
  });

  it.each(['0', '-7'])('may not have the case id %s: 60001', (caseId) => {
    expectFailure(replaced(FULL, 'CaseId', `<CaseId>${caseId}</CaseId>`), 60001, /CaseId/);
  });

  it('are all told when several are wrong', () => {
    const xml = replaced(MINIMAL.replace('Monthly', 'X'), 'NextDueDate', '<NextDueDate>2025-01-01</NextDueDate>');
    const { content, issues } = map(xml, contextWith({ reporteeId: '12345' }));
    expect(content).toBeNull();
    expect(issues.map((one) => one.code)).toEqual([60012, 0, 0]);
  });

  it('never bring a whole person number into a message', () => {
    const { issues } = map(MINIMAL.replace('Monthly', PERSON), contextWith({ reporteeId: `${PERSON}x` }));
    expect(issues).toHaveLength(2);
    expect(JSON.stringify(issues)).not.toContain(PERSON);
  });
});

describe('identifying a subscription that the schema refused', () => {
  it('tells what can be told', () => {
    expect(subscriptionMapper.identify(itemOf(MINIMAL), contextWith())).toEqual({
      serviceCode: '1051',
      serviceEditionCode: '201010',
      reportee: ORGANISATION,
      sendersReference: null,
      shortName: null,
    });
  });

  it('leaves open what is unknown or missing', () => {
    const fields = subscriptionMapper.identify(itemOf('<FormTask/>'), contextWith({ reporteeId: null }));
    expect(Object.values(fields).every((value) => value === null)).toBe(true);
    const unknown = itemOf('<FormTask><ExternalServiceCode>4711</ExternalServiceCode></FormTask>');
    expect(subscriptionMapper.identify(unknown, contextWith())).toMatchObject({
      serviceCode: '4711',
      serviceEditionCode: null,
    });
  });

  it('never throws, wherever the item is cut', () => {
    fc.assert(
      fc.property(fc.nat({ max: FULL.length }), (length) => {
        const item = parseItem(FULL.slice(0, length), { line: 1, position: 1 });
        expect(subscriptionMapper.identify(item, contextWith()).reportee).toBe(ORGANISATION);
      }),
    );
  });
});
