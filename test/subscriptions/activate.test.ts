import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { create } from 'xmlbuilder2';
import { altinnBatch, jsonLines, startAltinnBatch } from '../support/cli.js';
import { drop, exampleCatalogue, intakeHome, put, query, receiptOf, run } from '../support/intake-home.js';
import {
  field,
  form,
  formSet,
  ORGANISATION,
  OTHER_PERSON,
  PERSON,
  prefillAttachment,
  prefillPart,
  reportee,
  serviceOwner,
  subscriptionItem,
  subscriptionPart,
} from '../support/submissions.js';
import { sentInstances } from './sent-instances.js';

const SCHEMA = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="Skjema"><xs:complexType><xs:sequence>
  <xs:element name="Navn" type="xs:string"/><xs:element name="Antall" type="xs:int" maxOccurs="3"/>
</xs:sequence></xs:complexType></xs:element></xs:schema>`;

const FORM = '<Skjema><Navn>Fra skjemasettet</Navn><Antall>1</Antall><Antall>2</Antall></Skjema>';
const IDENTIFYING = '<IdentifyingField>Avdeling 1</IdentifyingField>';

function aHome(settings: object = {}): string {
  const home = intakeHome(settings);
  put(home, 'forms/890-10451.xsd', SCHEMA);
  return home;
}

function aFormSet(sendersReference: string, values: Record<string, string | null> = {}): string {
  return formSet(sendersReference, { Form: form({ FormData: `<![CDATA[${FORM}]]>` }), ...values });
}

interface Counts {
  readonly due: number;
  readonly made: number;
  readonly held: number;
  readonly released: number;
  readonly passedOver: number;
  readonly ended: number;
  readonly issues: number;
}

interface Sent {
  readonly reference: string;
  readonly entries: number;
  readonly file: string;
  readonly receipt: string;
}

async function activate(home: string, ...args: string[]): Promise<{ counts: Counts; sent: Sent[]; stderr: string }> {
  const result = await altinnBatch(['subscriptions', 'activate', '--json', '--home', home, ...args]);
  expect(result.exitCode, result.stderr).toBe(0);
  const [counts, ...sent] = jsonLines(result.stdout);
  return { counts: counts as unknown as Counts, sent: sent as unknown as Sent[], stderr: result.stderr };
}

const NONE = { due: 0, made: 0, held: 0, released: 0, passedOver: 0, ended: 0, issues: 0 };

describe('subscriptions activate', () => {
  test('makes what is due once, prefilled, holds what has no prefill yet, and tells the service owner', async () => {
    const home = aHome();
    drop(
      home,
      'first.xml',
      serviceOwner(
        subscriptionPart(
          { reference: 'SUB-1' },
          reportee(PERSON, subscriptionItem({ VisibleDate: '2024-01-31', CaseId: '7' })),
          reportee(ORGANISATION, subscriptionItem({ IdentifyingFields: IDENTIFYING, PeriodType: 'Once' })),
          reportee(OTHER_PERSON, subscriptionItem({ NextScheduledDate: '2024-02-02' })),
        ) +
          prefillPart(
            { reference: 'PRE-1' },
            reportee(
              PERSON,
              aFormSet('FS-1', { Attachments: prefillAttachment() }),
              aFormSet('FS-OTHER', { IdentifyingFields: IDENTIFYING }),
              field('/Skjema/Navn', { Value: 'Fra feltet &amp; co' }),
              field('//Antall', { Index: '2', Value: '77' }),
              field('/Skjema/Antall', { Value: 'ikke tall' }),
              field('/Skjema/Navn', { ValidFrom: '2024-02-02', Value: 'Ikke i dag' }),
            ),
          ),
      ),
    );
    await run(home);

    const wouldBe = await activate(home, '--date', '2024-02-01', '--dry-run');
    expect(wouldBe.counts).toMatchObject({ due: 2, made: 1, held: 1, released: 0, ended: 1 });
    expect(wouldBe.sent).toEqual([]);
    expect(readdirSync(join(home, 'outbox')).some((name) => name.includes('FORMTASK'))).toBe(false);

    const first = await activate(home, '--date', '2024-02-01');
    expect(first.counts).toMatchObject({ ...NONE, due: 2, made: 1, held: 1, ended: 1, issues: 2 });
    expect(first.stderr).toContain('1 form task waits for a prefill');
    expect(first.sent).toEqual([
      {
        ...{ reference: 'SKD-FORMTASK-1', kind: 'FormTaskInstances', systemUserCode: 'SKD', sequenceNo: 1, entries: 1 },
        receiptId: expect.any(Number),
        file: 'outbox/SKD-FORMTASK-1.xml',
        receipt: expect.stringMatching(/^outbox\/SKD-FORMTASK-1\.\d+\.receipt\.xml$/),
      },
    ]);
    expect(sentInstances(home, 'SKD-FORMTASK-1.xml')).toEqual([
      {
        id: '1',
        subscription: '100000000001',
        edition: '201010',
        reportee: PERSON,
        period: '1',
        scheduled: '2024-02-01',
        due: '2024-02-28',
        visible: '2024-01-31',
        caseId: '7',
        identifyingFields: [],
        formSet: 'FS-1',
        attachments: ['ABC'],
        forms: ['<Skjema><Navn>Fra feltet &amp; co</Navn><Antall>1</Antall><Antall>77</Antall></Skjema>'],
        issues: [
          expect.stringMatching(/^40012 The field prefill '\/Skjema\/Antall' would make form 890\/10451 not valid/),
        ],
      },
    ]);
    expect(receiptOf(home, { receipt: first.sent[0]?.receipt ?? '' })).toMatchObject({
      status: 'OK',
      typeName: 'Outbound',
      references: ['OutboundShipmentReference=SKD-FORMTASK-1', 'OwnerPartyReference=974761076'],
    });

    const file = join(home, 'outbox', 'SKD-FORMTASK-1.xml');
    const bytes = readFileSync(file);
    rmSync(file);
    expect(await activate(home, '--date', '2024-02-01')).toMatchObject({ counts: NONE, sent: [] });
    const resend = (name: string) => altinnBatch([name, 'resend', 'SKD-FORMTASK-1', '--json', '--home', home]);
    expect(await resend('confirmations')).toMatchObject({
      exitCode: 65,
      stderr: expect.stringContaining('altinn-batch subscriptions resend SKD-FORMTASK-1'),
    });
    expect(jsonLines((await resend('subscriptions')).stdout)).toEqual(first.sent);
    expect(readFileSync(file)).toEqual(bytes);
    expect(query(home, "SELECT detail FROM audit WHERE command = 'subscriptions resend'")).toHaveLength(1);
    expect(query(home, "SELECT reference, message FROM issue WHERE message LIKE '%is held%'")).toEqual([
      { reference: 'subscription 100000000002', message: expect.stringContaining('form task of 1051/201010') },
    ]);

    drop(
      home,
      'prefill.xml',
      serviceOwner(
        prefillPart(
          { reference: 'PRE-2' },
          reportee(ORGANISATION, aFormSet('FS-2', { IdentifyingFields: IDENTIFYING }), aFormSet('FS-NONE')),
        ),
      ),
    );
    await run(home);
    const second = await activate(home, '--date', '2024-02-01');
    expect(second.counts).toMatchObject({ ...NONE, released: 1 });
    expect(sentInstances(home, 'SKD-FORMTASK-2.xml')).toMatchObject([
      { id: '2', reportee: ORGANISATION, identifyingFields: ['Avdeling 1'], formSet: 'FS-2', forms: [FORM] },
    ]);
  });

  test('makes up for missed periods in order, each counted from the first one, in the edition that is the newest', async () => {
    const home = aHome();
    const item = { NextScheduledDate: '2024-01-31', NextDueDate: '2024-02-29', ExternalServiceEditionCode: null };
    const daily = { StartDate: '2023-09-01', NextScheduledDate: '2023-09-01', PeriodType: 'Daily' };
    drop(
      home,
      'a.xml',
      serviceOwner(
        subscriptionPart({ reference: 'S' }, reportee(PERSON, subscriptionItem(item), subscriptionItem(daily))),
      ),
    );
    await run(home);
    const { services, ...rest } = exampleCatalogue();
    const newest = services.find((one) => (one as { serviceCode: string }).serviceCode === '1051');
    put(
      home,
      'services.json',
      JSON.stringify({ ...rest, services: [...services, { ...newest, serviceEditionCode: '209912' }] }),
    );
    expect((await activate(home, '--date', '2024-04-29')).counts).toMatchObject({ due: 2, made: 245, ended: 0 });
    const sent = sentInstances(home, 'SKD-FORMTASK-1.xml');
    const days = sent.slice(3).map(({ scheduled = '' }) => scheduled);
    expect(days).toEqual([...new Set(days)].sort());
    expect([days.length, days[0], days.at(-1)]).toEqual([242, '2023-09-01', '2024-04-29']);
    expect(sent.slice(0, 3).map(({ period, scheduled, due, edition }) => [period, scheduled, due, edition])).toEqual([
      ['1', '2024-01-31', '2024-02-29', '209912'],
      ['2', '2024-02-29', '2024-03-29', '209912'],
      ['3', '2024-03-31', '2024-04-29', '209912'],
    ]);
  });

  test('leaves out those that were missed when the setting catchUp says so', async () => {
    const home = aHome({ catchUp: 'latest' });
    const item = { ExpirationDate: '2024-05-31', NextScheduledDate: '2024-01-31', NextDueDate: '2024-01-31' };
    drop(home, 'a.xml', serviceOwner(subscriptionPart({ reference: 'S' }, reportee(PERSON, subscriptionItem(item)))));
    await run(home);
    expect((await activate(home, '--date', '2024-06-15')).counts).toMatchObject({ made: 1, passedOver: 4, ended: 1 });
    expect(sentInstances(home, 'SKD-FORMTASK-1.xml').map(({ scheduled }) => scheduled)).toEqual(['2024-05-31']);
  });

  test('counts from the new dates of a subscription that is sent again, and gives nothing twice for a day', async () => {
    const home = aHome();
    const send = (reference: string, values: Record<string, string>) => {
      const part = subscriptionPart({ reference }, reportee(PERSON, subscriptionItem(values)));
      drop(home, `${reference}.xml`, serviceOwner(part));
      return run(home);
    };
    await send('S-1', { PeriodType: 'Once' });
    expect((await activate(home, '--date', '2024-02-01')).counts).toMatchObject({ made: 1, ended: 1 });
    await send('S-2', { PeriodType: 'Weekly' });
    expect((await activate(home, '--date', '2024-02-10')).counts).toMatchObject({ due: 1, made: 1, ended: 0 });
    expect(sentInstances(home, 'SKD-FORMTASK-2.xml')).toMatchObject([
      { subscription: '100000000001', period: '2', scheduled: '2024-02-08', due: '2024-03-06' },
    ]);
    expect(query(home, 'SELECT kind, state_before FROM subscription_change')).toEqual([
      { kind: 'sent again', state_before: 'ended' },
    ]);
  });

  test('ends with 74 when the outbox can not be written; what was made goes out with the next one', async () => {
    const home = aHome();
    const part = subscriptionPart({ reference: 'S' }, reportee(PERSON, subscriptionItem()));
    drop(home, 'a.xml', serviceOwner(part));
    await run(home);
    const outbox = join(home, 'outbox');
    renameSync(outbox, `${outbox}.away`);
    writeFileSync(outbox, '');
    const failed = await altinnBatch(['subscriptions', 'activate', '-q', '--date', '2024-02-01', '--home', home]);
    expect(failed).toMatchObject({ exitCode: 74, stderr: expect.stringContaining('What goes out is prepared') });
    rmSync(outbox);
    renameSync(`${outbox}.away`, outbox);
    const { counts, sent } = await activate(home, '--date', '2024-02-01');
    expect(counts).toMatchObject(NONE);
    expect(sent).toMatchObject([{ reference: 'SKD-FORMTASK-1', entries: 1 }]);
    expect(sentInstances(home, 'SKD-FORMTASK-1.xml')).toHaveLength(1);
  });

  test('writes its file as xmlbuilder2 would', async () => {
    const home = aHome();
    const values = { NextScheduledDate: '2024-02-01', IdentifyingFields: `${IDENTIFYING}<IdentifyingField/>` };
    const hostile = '<Skjema><Navn>]]&gt; &quot; &amp;amp; "æ" 😀\n\tB</Navn><Antall>1</Antall></Skjema>';
    const formData = hostile.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    drop(
      home,
      'a.xml',
      serviceOwner(
        subscriptionPart({ reference: 'S &lt;&amp;&gt;' }, reportee(PERSON, subscriptionItem(values))) +
          prefillPart(
            { reference: 'P' },
            reportee(
              PERSON,
              formSet('F &lt;1&gt;', {
                IdentifyingFields: values.IdentifyingFields,
                Attachments: prefillAttachment({ AttachmentData: '', SigningLocked: 'true' }) + prefillAttachment(),
                Form: form({ FormData: formData, SignedByDefault: 'false' }),
              }),
            ),
          ),
      ),
    );
    await run(home);
    await activate(home, '--date', '2024-02-01');
    expect(sentInstances(home, 'SKD-FORMTASK-1.xml')).toMatchObject([{ forms: [hostile], attachments: ['', 'ABC'] }]);
    const xml = readFileSync(join(home, 'outbox', 'SKD-FORMTASK-1.xml'), 'utf8');
    // It lets pass in a text what looks like a reference, so that it has to be handed a text whose & is escaped.
    expect(`${create(xml.replaceAll('&amp;', '&amp;amp;')).end({ prettyPrint: true })}\n`).toBe(xml);
  });
});

describe('watch', () => {
  test('activates what is due once it is the time of activateAt', async () => {
    const home = aHome({ activateAt: '05:00', rescanSeconds: 0.1, timeZone: 'Europe/Oslo' });
    drop(home, 'a.xml', serviceOwner(subscriptionPart({ reference: 'S' }, reportee(PERSON, subscriptionItem()))));
    await run(home);
    const child = startAltinnBatch(['watch', '--home', home], {
      env: { FAKE_NOW: '2024-02-01T03:59:58Z' },
      nodeArguments: ['--import', new URL('../support/fake-clock.mjs', import.meta.url).href],
    });
    const isSent = () => readdirSync(join(home, 'outbox')).some((name) => /^SKD-FORMTASK-1\.\d+\.receipt/.test(name));
    await expect.poll(isSent, { timeout: 60_000 }).toBe(true);
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('exit', resolve));
    expect(sentInstances(home, 'SKD-FORMTASK-1.xml')).toMatchObject([{ scheduled: '2024-02-01' }]);
    expect(query(home, 'SELECT task, day FROM scheduled_run')).toEqual([{ task: 'activateAt', day: '2024-02-01' }]);
    const [{ at } = { at: '' }] = query<{ at: string }>(home, 'SELECT prepared_at AS at FROM outbound_batch');
    expect(at >= '2024-02-01T04:00:00').toBe(true);
  });
});
