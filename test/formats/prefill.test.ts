import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PrefillFormSet } from '../../src/domain/content.js';
import { identifyingFieldsHash } from '../../src/domain/identifying-fields.js';
import { prefillMapper } from '../../src/formats/prefill.js';
import { contextWith, itemOf, ORGANISATION, PERSON, REPORTEE_PLACE, replaced } from './service-owner-context.js';

const FORM_TASK = `<FormTask>
  <ExternalServiceCode>1051</ExternalServiceCode>
  <ExternalServiceEditionCode>201010</ExternalServiceEditionCode>
  <ValidFrom>2026-01-01</ValidFrom>
  <ValidTo> 2026-12-31 </ValidTo>
  <IdentityFieldHashCode> abc </IdentityFieldHashCode>
  <SendersReference>S-1</SendersReference>
  <ReceiversReference>R-1</ReceiversReference>
  <IdentifyingFields><IdentifyingField>2026</IdentifyingField><IdentifyingField>B</IdentifyingField></IdentifyingFields>
  <Attachments>
    <Attachment>
      <AttachmentName>Map</AttachmentName>
      <FileName>map.pdf</FileName>
      <AttachmentData>
        aGVs
        bG8=
      </AttachmentData>
      <SendersReference>A-1</SendersReference>
      <Encrypted> 1 </Encrypted>
      <AttachmentType>application_pdf</AttachmentType>
      <SigningLocked>false</SigningLocked>
    </Attachment>
  </Attachments>
  <Form>
    <DataFormatId>890</DataFormatId>
    <DataFormatVersion>10451</DataFormatVersion>
    <SendersReference>F-1</SendersReference>
    <FormData>
      <![CDATA[<?xml version="1.0"?><Skjema a="&amp;"/>]]>
    </FormData>
    <SigningLocked>true</SigningLocked>
    <SignedByDefault>0</SignedByDefault>
  </Form>
  <Form>
    <DataFormatId>891</DataFormatId>
    <DataFormatVersion>1</DataFormatVersion>
    <SendersReference>F-2</SendersReference>
    <ParentReference>F-1</ParentReference>
    <FormData>&lt;Sub/&gt;</FormData>
  </Form>
</FormTask>`;

const FIELD = `<Field>
  <Id>felt.1</Id>
  <ValidFrom>2026-01-01</ValidFrom>
  <ValidTo>2026-12-31</ValidTo>
  <Index> 2 </Index>
  <Value> Storgata 1 </Value>
</Field>`;

const map = (xml: string, context = contextWith()) => prefillMapper.map(itemOf(xml), context);
const formSetOf = (xml: string) => map(xml).content as PrefillFormSet | null;

function expectFailure(xml: string, code: number, message: RegExp, line?: number): void {
  const { content, issues } = map(xml);
  expect(content).toBeNull();
  expect(issues).toHaveLength(1);
  expect(issues[0]).toMatchObject({ code, level: 'Error', message: expect.stringMatching(message) });
  if (line !== undefined) expect(issues[0]?.line).toBe(line);
}

function expectWarning(xml: string, message: RegExp, line: number): void {
  const { content, issues } = map(xml);
  expect(content).not.toBeNull();
  expect(issues).toMatchObject([{ code: 0, level: 'Warning', line, reference: 'S-1' }]);
  expect(issues[0]?.message).toMatch(message);
}

describe('a form set', () => {
  it('is read whole', () => {
    const mapped = map(FORM_TASK);
    expect(mapped.issues).toEqual([]);
    expect(mapped).toMatchObject({
      serviceCode: '1051',
      serviceEditionCode: '201010',
      reportee: ORGANISATION,
      sendersReference: 'S-1',
      shortName: null,
    });
    expect(mapped.content).toEqual({
      kind: 'prefillFormSet',
      validFrom: '2026-01-01',
      validTo: '2026-12-31',
      identityFieldHashCodeGiven: ' abc ',
      receiversReference: 'R-1',
      identifyingFields: ['2026', 'B'],
      identifyingFieldsHash: identifyingFieldsHash(['2026', 'B']),
      attachments: [
        {
          attachmentName: 'Map',
          fileName: 'map.pdf',
          data: Buffer.from('hello'),
          sendersReference: 'A-1',
          encrypted: true,
          attachmentType: 'application_pdf',
          signingLocked: false,
          signedByDefault: null,
        },
      ],
      forms: [
        {
          dataFormatId: '890',
          dataFormatVersion: '10451',
          sendersReference: 'F-1',
          parentReference: null,
          formData: '\n      <?xml version="1.0"?><Skjema a="&amp;"/>\n    ',
          signingLocked: true,
          signedByDefault: false,
        },
        {
          dataFormatId: '891',
          dataFormatVersion: '1',
          sendersReference: 'F-2',
          parentReference: 'F-1',
          formData: '<Sub/>',
          signingLocked: null,
          signedByDefault: null,
        },
      ],
    });
  });

  it('hands on the XML of its forms, with the schemas that the catalogue names', () => {
    expect(map(FORM_TASK).embedded).toMatchObject([
      {
        holder: { name: 'FormData', text: expect.stringContaining('<?xml version="1.0"?><Skjema a="&amp;"/>') },
        schema: 'forms/890-10451.xsd',
        place: { line: 37, position: 5 },
        what: 'FormData of form F-1 (890/10451)',
      },
      {
        holder: { name: 'FormData', text: expect.stringContaining('<Sub/>') },
        schema: null,
        place: { line: 48, position: 5 },
        what: 'FormData of form F-2 (891/1)',
      },
    ]);
    expect(map(FORM_TASK, contextWith({ catalogue: null })).embedded.map((one) => one.schema)).toEqual([null, null]);
  });

  it('does without all that is optional', () => {
    let xml = replaced(FORM_TASK, 'Attachments', '');
    for (const name of ['IdentityFieldHashCode', 'ReceiversReference', 'IdentifyingFields', 'ParentReference']) {
      xml = replaced(xml, name, '');
    }
    expect(map(xml).issues).toEqual([]);
    expect(formSetOf(xml)).toMatchObject({
      identityFieldHashCodeGiven: null,
      receiversReference: null,
      identifyingFields: [],
      identifyingFieldsHash: null,
      attachments: [],
      forms: [{}, { parentReference: null }],
    });
  });

  it('keeps an attachment of any bytes as they were', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat({ max: 8 }), (bytes, at) => {
        const base64 = Buffer.from(bytes).toString('base64');
        const broken = `${base64.slice(0, at)}\n\t ${base64.slice(at)}`;
        const xml = replaced(FORM_TASK, 'AttachmentData', `<AttachmentData>${broken}</AttachmentData>`);
        expect(formSetOf(xml)?.attachments[0]?.data).toEqual(Buffer.from(bytes));
      }),
    );
  });
});

describe('the service of a form set', () => {
  const withCode = (code: string) =>
    replaced(FORM_TASK, 'ExternalServiceCode', `<ExternalServiceCode>${code}</ExternalServiceCode>`);
  const withEdition = (edition: string) =>
    replaced(
      FORM_TASK,
      'ExternalServiceEditionCode',
      `<ExternalServiceEditionCode>${edition}</ExternalServiceEditionCode>`,
    );

  it('fails an empty code with 40006', () => expectFailure(withCode(''), 40006, /empty/, 11));
  it('fails an unknown code with 40013', () => expectFailure(withCode('4711'), 40013, /'4711'/, 11));
  it('fails an unknown edition with 30006', () => expectFailure(withEdition('10'), 30006, /'10'.*201010, 9/, 11));
  it('fails an empty edition with 30006: only subscriptions and correspondences get the newest', () => {
    expectFailure(withEdition(' '), 30006, /empty.*201010, 9/, 12);
  });
  it('fails the wrong type with 40019', () => {
    expectFailure(replaced(withCode('PSA'), 'ExternalServiceEditionCode', ''), 40019, /Correspondence/);
  });
  it("fails another owner's service with 30005", () => {
    const xml = replaced(
      withCode('NAVS'),
      'ExternalServiceEditionCode',
      '<ExternalServiceEditionCode>1</ExternalServiceEditionCode>',
    );
    expectFailure(xml, 30005, /NAV/);
  });
});

describe('the validity of a prefill', () => {
  it.each([
    ['form set', FORM_TASK],
    ['field', FIELD],
  ])('may begin and end on the same day, and must not end before it begins: %s', (_, xml) => {
    const ending = (date: string) => replaced(xml, 'ValidTo', `<ValidTo>${date}</ValidTo>`);
    expect(map(ending('2026-01-01')).issues).toEqual([]);
    expectFailure(ending('2025-12-31'), 0, /ValidFrom 2026-01-01 is after ValidTo 2025-12-31/);
    expectFailure(ending('10000-01-01'), 0, /ValidTo '10000-01-01'.*0001 to 9999/);
    expectFailure(ending('-2026-01-01'), 0, /ValidTo '-2026-01-01'.*0001 to 9999/);
  });
});

describe('the forms and attachments of a form set', () => {
  it('warn of a ParentReference that names no form of the set', () => {
    const xml = replaced(FORM_TASK, 'ParentReference', '<ParentReference>S-1</ParentReference>');
    expectWarning(xml, /ParentReference 'S-1' of form F-2 \(891\/1\) names no form/, 47);
  });

  it('take a blank ParentReference for none', () => {
    const xml = replaced(FORM_TASK, 'ParentReference', '<ParentReference> </ParentReference>');
    expect(map(xml).issues).toEqual([]);
    expect(formSetOf(xml)?.forms[1]?.parentReference).toBeNull();
  });

  it('warn of a form that the service has not, naming those it has', () => {
    const xml = replaced(FORM_TASK, 'DataFormatVersion', '<DataFormatVersion>10452</DataFormatVersion>');
    expectWarning(xml, /no form F-1 \(890\/10452\); its forms in the service catalogue are 890\/10451, 891\/1/, 33);
    expect(map(xml).embedded[0]?.schema).toBeNull();
  });

  it('say nothing of forms when the catalogue lists none for the service', () => {
    const xml = FORM_TASK.replace('201010', '9').replace('10451', 'anything');
    expect(map(xml).issues).toEqual([]);
  });

  it('warn of an unknown AttachmentType', () => {
    const xml = replaced(FORM_TASK, 'AttachmentType', '<AttachmentType>floppy</AttachmentType>');
    expectWarning(xml, /AttachmentType 'floppy'/, 29);
    expect(formSetOf(xml)?.attachments[0]?.attachmentType).toBe('floppy');
  });

  it('do not make an item of very many faults slow or its list endless', () => {
    const form = /<Form>[\s\S]*?<\/Form>/.exec(FORM_TASK)?.[0] ?? '';
    const stray = form.replace('<FormData>', '<ParentReference>nobody</ParentReference><FormData>');
    const xml = FORM_TASK.replace(form, () => stray.repeat(500)).replace('2026-12-31', '2025-01-01');
    const { content, issues } = map(xml);
    expect(content).toBeNull();
    expect(issues).toHaveLength(101);
    expect(issues[0]).toMatchObject({ level: 'Error', code: 0 });
    expect(issues[100]).toMatchObject({ level: 'Information', message: expect.stringContaining('first 100') });
  });
});

describe('a prefilled field', () => {
  it('is read whole, with no service and no reference', () => {
    const mapped = map(FIELD);
    expect(mapped).toEqual({
      serviceCode: null,
      serviceEditionCode: null,
      reportee: ORGANISATION,
      sendersReference: null,
      shortName: null,
      content: {
        kind: 'prefillField',
        fieldId: 'felt.1',
        validFrom: '2026-01-01',
        validTo: '2026-12-31',
        index: 2,
        value: ' Storgata 1 ',
      },
      issues: [],
      embedded: [],
    });
  });

  it('has no index when none is given', () => {
    expect(map(replaced(FIELD, 'Index', '')).content).toMatchObject({ index: null });
  });
});

describe('the reportee of a prefill', () => {
  it.each([
    ['form set', FORM_TASK, 'S-1'],
    ['field', FIELD, null],
  ])('fails the %s, at the place of the Id', (_, xml, reference) => {
    const { content, issues } = map(xml, contextWith({ reporteeId: '974761077' }));
    expect(content).toBeNull();
    expect(issues).toMatchObject([{ code: 50008, level: 'Error', reference, ...REPORTEE_PLACE }]);
  });

  it('may be a person', () => {
    expect(map(FIELD, contextWith({ reporteeId: PERSON }))).toMatchObject({ reportee: PERSON, issues: [] });
  });
});

describe('identifying a prefill that the schema refused', () => {
  it('tells what can be told of a form set, without an edition of our choosing', () => {
    const xml =
      '<FormTask><SendersReference>S-9</SendersReference><Junk/><ExternalServiceCode>1051</ExternalServiceCode></FormTask>';
    expect(prefillMapper.identify(itemOf(xml), contextWith())).toEqual({
      serviceCode: '1051',
      serviceEditionCode: null,
      reportee: ORGANISATION,
      sendersReference: 'S-9',
      shortName: null,
    });
  });

  it('takes no service from a field', () => {
    const xml = '<Field><ExternalServiceCode>1051</ExternalServiceCode></Field>';
    expect(prefillMapper.identify(itemOf(xml), contextWith()).serviceCode).toBeNull();
  });

  it('never throws, wherever the item is cut', () => {
    fc.assert(
      fc.property(fc.constantFrom(FORM_TASK, FIELD), fc.nat({ max: FORM_TASK.length }), (xml, length) => {
        expect(prefillMapper.identify(itemOf(xml.slice(0, length)), contextWith()).reportee).toBe(ORGANISATION);
      }),
    );
  });
});
