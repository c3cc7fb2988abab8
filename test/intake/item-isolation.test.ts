import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { altinnBatch } from '../support/cli.js';
import { drop, intakeHome, put, query, receiptOf, run } from '../support/intake-home.js';
import {
  altut,
  correspondence,
  correspondences,
  field,
  formSet,
  message,
  notification,
  ORGANISATION,
  PERSON,
  prefillPart,
  reportee,
  serviceOwner,
  subscriptionItem,
  subscriptionPart,
} from '../support/submissions.js';

test('an item is told by its own line, whatever stands around it in the file', async () => {
  const home = intakeHome();
  const xml = `<?xml version="1.0"?>
<?biztalk run?>
<!-- <ns0:Correspondence> -->
<ns0:Correspondences xmlns:ns0="http://schemas.altinn.no/services/intermediary/correspondence/2009/10" xmlns:x="urn:x">
${prefixed(`<SystemUserCode>S<!-- -->KD</SystemUserCode>
<ShipmentReference><![CDATA[R&1]]></ShipmentReference>`)}
${prefixed(correspondence('ONE', {}, { MessageBody: '<![CDATA[]]]]><![CDATA[> </Correspondence>]]>' }))}
<!-- between --><?and this?>
${prefixed(correspondence('TWO', { ServiceCode: 'NONE' }))}
${prefixed(correspondence('THREE', {}, { MessageBody: 'BODY' })).replace('BODY', '<x:b y="&gt;">t</x:b>')}
</ns0:Correspondences>
<!-- after -->`;
  drop(home, 'biztalk.xml', xml.replaceAll('\n', '\r\n'));
  const [shipment] = (await run(home)).shipments;
  expect(shipment).toMatchObject({ reference: 'R&1', systemUserCode: 'SKD', items: { total: 3, accepted: 2 } });
  const subs = receiptOf(home, shipment ?? { receipt: '' }).subReceipts;
  expect(subs.map(({ text }) => /line (\d+)/i.exec(text)?.[1])).toStrictEqual(['7', '9', '10']);
  expect(query(home, 'SELECT message_body AS body FROM visible_message ORDER BY item_id')).toStrictEqual([
    { body: ']]> </Correspondence>' },
    { body: '<x:b xmlns:x="urn:x" y="&gt;">t</x:b>' },
  ]);
  const [raw] = query<{ raw: string }>(home, 'SELECT raw_xml AS raw FROM item_raw_xml');
  expect(raw?.raw).toContain('xmlns:x="urn:x"');
});

test('entities, depth and names beyond the limits fail the item that they stand in', async () => {
  const home = intakeHome();
  const nested = `${'<a>'.repeat(120)}${'</a>'.repeat(120)}`;
  const many = `<a ${Array.from({ length: 300 }, (_, at) => `a${at}=""`).join(' ')}/>`;
  const items = [
    correspondence('GOOD-1'),
    correspondence('ENTITY', {}, { MessageBody: '&nbsp;' }),
    correspondence('DEPTH', {}, { MessageBody: nested }),
    correspondence('ATTRIBUTES', {}, { MessageBody: many }),
    correspondence('NAME', {}, { MessageBody: `<${'n'.repeat(1100)}/>` }),
    correspondence('GOOD-2', {}, { MessageBody: '&lt;&#229;&amp;' }),
  ];
  drop(home, 'a.xml', correspondences({ reference: 'A' }, ...items));
  const [shipment] = (await run(home)).shipments;
  expect(shipment?.items).toStrictEqual({ total: 6, accepted: 2, failed: 4 });
  const texts = receiptOf(home, shipment ?? { receipt: '' }).subReceipts.map(({ text }) => text);
  for (const [at, says] of [/nbsp/, /100/, /256/, /1,?024/].entries()) {
    expect(texts[at + 1]).toMatch(new RegExp(`^Failed, line ${4 + at}, `));
    expect(texts[at + 1]).toMatch(says);
  }
  expect(query(home, "SELECT message_body AS b FROM visible_message WHERE senders_reference = 'GOOD-2'")).toStrictEqual(
    [{ b: '<å&' }],
  );
});

test('an item with more faults than anybody needs to mend it is told the first, and hides none of its neighbours', async () => {
  const home = intakeHome();
  const token = '\n<TextToken><TokenNum>x</TokenNum><TokenValue>v</TokenValue></TextToken>';
  const faulty = (count: number) =>
    correspondence(`FAULTS-${count}`, { Notifications: notification({ TextTokens: token.repeat(count) }) });
  drop(home, 'a.xml', correspondences({ reference: 'A' }, faulty(500), faulty(1), correspondence('GOOD'), faulty(21)));
  const [shipment] = (await run(home)).shipments;
  const subs = receiptOf(home, shipment ?? { receipt: '' }).subReceipts;
  const told = subs.map(({ text }) => text.match(/Element 'TokenNum'/g)?.length ?? 0);
  expect(told).toStrictEqual([20, 1, 0, 20]);
  expect(subs.map(({ status }) => status === 'OK')).toStrictEqual([false, false, true, false]);
});

test('an envelope that is not valid refuses the file whole: one receipt, nothing in sight', async () => {
  const home = intakeHome();
  const good = reportee(PERSON, formSet('A'));
  const files: Readonly<Record<string, string>> = {
    'a-stray.xml': serviceOwner(`${prefillPart({ reference: 'A' }, good)}\n<Stray/>`),
    'b-order.xml': serviceOwner(
      `${prefillPart({ reference: 'P' }, good)}\n${subscriptionPart({ reference: 'S' }, reportee(PERSON, subscriptionItem()))}`,
    ),
    'c-missing.xml': correspondences({ reference: 'C' }, correspondence('1')).replace(
      /<SystemUserCode>.*?<\/SystemUserCode>/,
      '',
    ),
    'd-long.xml': correspondences({ reference: 'D', systemUserCode: `SKD-${'x'.repeat(50)}` }, correspondence('1')),
    'e-doctype.xml': `<!DOCTYPE x>\n${correspondences({ reference: 'E' }, correspondence('1'))}`,
    'f-cut.xml': altut({}, message('1')).slice(0, -12),
    'g-trailing.xml': `${altut({}, message('1'))}<again/>`,
    'h-text.xml': 'this is no XML',
    'i-empty.xml': '',
    'j-root.xml': '<Correspondences/>',
  };
  for (const [index, [name, xml]] of Object.entries(files).entries()) drop(home, name, xml, 100 - index);
  const { shipments } = await run(home);
  expect(shipments.map(({ file }) => file)).toStrictEqual(Object.keys(files));
  for (const shipment of shipments) {
    expect(shipment.items).toStrictEqual({ total: 0, accepted: 0, failed: 0 });
    expect(shipment.text).toMatch(/\[0\] line \d+, position \d+: /);
    const receipt = receiptOf(home, shipment);
    expect(receipt).toMatchObject({ status: shipment.status, subReceipts: [] });
    expect(receipt.references).toContain(`BatchReference=${shipment.batchId}`);
  }
  const rejected = shipments.filter(({ status }) => status === 'Rejected').map(({ file }) => file);
  expect(rejected).toStrictEqual(['h-text.xml', 'i-empty.xml', 'j-root.xml']);
  expect(query(home, 'SELECT count(*) AS n FROM visible_item')).toStrictEqual([{ n: 0 }]);
  const day = readdirSync(join(home, 'data/rejected'))[0] ?? '';
  expect(readdirSync(join(home, 'data/rejected', day)).sort()).toStrictEqual(Object.keys(files));
});

test('no person number stands whole in what run and validate print, however much they log', async () => {
  const home = intakeHome();
  const numbers = ['14909021148', '149090211471', '14909 021147', '1490902114x', '14909021147'];
  const items = numbers.map((number) => correspondence('REF', { Reportee: number, ServiceCode: 'NONE' }));
  drop(home, 'a.xml', correspondences({ reference: `R ${numbers[4]}` }, ...items), 9);
  drop(
    home,
    'b.xml',
    altut({ sequenceNo: numbers[4] ?? '' }, ...numbers.map((one) => message(PERSON, { reportee: one }))),
    8,
  );
  const groups = numbers.map((one) => reportee(one, field(PERSON, { ValidFrom: PERSON })));
  drop(home, 'c.xml', serviceOwner(prefillPart({ reference: 'R' }, ...groups, reportee(ORGANISATION))), 7);
  put(home, 'd.xml', readFileSync(join(home, 'inbox/b.xml')));
  const outputs = [
    await altinnBatch(['validate', '-v', '--home', home, join(home, 'd.xml'), join(home, 'inbox/c.xml')]),
    await altinnBatch(['run', '-vv', '--json', '--home', home]),
  ];
  for (const { exitCode, stdout, stderr } of outputs) {
    expect(exitCode).toBe(65);
    for (const number of numbers) expect(stdout + stderr).not.toContain(number);
  }
});

/** The same markup with the prefix that BizTalk writes on all that has none. */
function prefixed(xml: string): string {
  return xml.replace(/<(\/?)(?=[A-Z])(?!!)/g, '<$1ns0:').replace('</ns0:Correspondence>]]>', '</Correspondence>]]>');
}

test('the paths in run --json are those of the files, also where a name holds eleven digits', async () => {
  const home = intakeHome();
  drop(home, 'dump-20240131123.xml', correspondences({ reference: 'R' }, correspondence('REF')));
  const { stdout } = await altinnBatch(['run', '--json', '--home', home]);
  const { file, receipt } = JSON.parse(stdout) as { file: string; receipt: string };
  expect(file).toBe('dump-20240131123.xml');
  expect(existsSync(join(home, receipt))).toBe(true);
});
