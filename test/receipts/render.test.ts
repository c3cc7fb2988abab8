import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { type Element, parseXml } from 'libxmljs2';
import { describe, expect, test } from 'vitest';
import { create } from 'xmlbuilder2';
import type { ReceiptHead } from '../../src/domain/receipt.js';
import { appendReceipt, RECEIPT_NAMESPACE } from '../../src/receipts/receipt-element.js';
import { receiptChunks } from '../../src/receipts/render.js';
import { anyReceipt, anySubReceipt, inXml } from './any-receipt.js';

const SCHEMA = join(import.meta.dirname, '../../schemas/receipt.xsd');

const PARENT: ReceiptHead = {
  receiptId: 40,
  parentReceiptId: null,
  statusCode: 'OK',
  text: 'File orders.xml: all 1 items accepted.',
  typeName: 'PreFill',
  lastChanged: '2024-05-06T07:08:09',
  history: [],
  references: [{ type: 'BatchReference', value: '9' }],
};
const SUB: ReceiptHead = { ...PARENT, receiptId: 41, parentReceiptId: 40, text: 'Line 3: accepted.', references: [] };

describe('a receipt as XML', () => {
  test('is laid out for a person to read', () => {
    expect([...receiptChunks({ ...PARENT, history: ['newer\ntext', 'older'] }, [SUB])].join('')).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>
<ReceiptExternal xmlns="${RECEIPT_NAMESPACE}">
  <LastChanged>2024-05-06T07:08:09</LastChanged>
  <ReceiptHistory>newer text
older</ReceiptHistory>
  <ReceiptId>40</ReceiptId>
  <ReceiptStatusCode>OK</ReceiptStatusCode>
  <ReceiptText>File orders.xml: all 1 items accepted.</ReceiptText>
  <ReceiptTypeName>PreFill</ReceiptTypeName>
  <References>
    <Reference>
      <ReferenceTypeName>BatchReference</ReferenceTypeName>
      <ReferenceValue>9</ReferenceValue>
    </Reference>
  </References>
  <SubReceipts>
    <ReceiptExternal>
      <LastChanged>2024-05-06T07:08:09</LastChanged>
      <ParentReceiptId>40</ParentReceiptId>
      <ReceiptId>41</ReceiptId>
      <ReceiptStatusCode>OK</ReceiptStatusCode>
      <ReceiptText>Line 3: accepted.</ReceiptText>
      <ReceiptTypeName>PreFill</ReceiptTypeName>
    </ReceiptExternal>
  </SubReceipts>
</ReceiptExternal>
`,
    );
  });

  test('without sub-receipts has no SubReceipts element', () => {
    expect([...receiptChunks(PARENT, [])].join('')).not.toContain('SubReceipts');
  });

  test('is byte for byte what xmlbuilder2 writes for the whole of it', () => {
    fc.assert(
      fc.property(anyReceipt, fc.array(anySubReceipt, { maxLength: 4 }), (head, subReceipts) => {
        const document = create({ version: '1.0', encoding: 'UTF-8' });
        const receipt = appendReceipt(document, head);
        if (subReceipts.length > 0) {
          const list = receipt.ele(RECEIPT_NAMESPACE, 'SubReceipts');
          for (const one of subReceipts) appendReceipt(list, one);
        }
        const whole = Buffer.from(`${document.end({ prettyPrint: true })}\n`);
        expect(Buffer.from([...receiptChunks(head, subReceipts)].join('')).equals(whole)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('is valid, and gives back every value that was put in, whatever it holds', () => {
    const schema = parseXml(readFileSync(SCHEMA, 'utf8'), { baseUrl: SCHEMA });
    fc.assert(
      fc.property(anyReceipt, fc.array(anySubReceipt, { maxLength: 4 }), (head, subReceipts) => {
        const document = parseXml([...receiptChunks(head, subReceipts)].join(''));
        expect(document.validate(schema), String(document.validationErrors)).toBe(true);
        const valuesOf = (name: string) =>
          document.find<Element>(`//r:${name}`, { r: RECEIPT_NAMESPACE }).map((node) => node.text());
        const all = [head, ...subReceipts];
        expect(valuesOf('ReceiptText')).toEqual(all.map(({ text }) => inXml(text)));
        expect(valuesOf('ReceiptId')).toEqual(all.map(({ receiptId }) => String(receiptId)));
        expect(valuesOf('ReferenceValue')).toEqual(
          all.flatMap(({ references }) => references.map(({ value }) => inXml(value))),
        );
      }),
    );
  });

  test('comes in chunks of about 64 KiB, and asks for no more sub-receipts than it needs', () => {
    let asked = 0;
    function* subReceipts(): Generator<ReceiptHead> {
      for (; asked < 20_000; asked++) yield { ...SUB, receiptId: 41 + asked };
    }
    const chunks = receiptChunks(PARENT, subReceipts());
    const first = chunks.next().value ?? '';
    expect(first.length).toBeGreaterThanOrEqual(65536);
    expect(asked).toBeLessThan(300);
    const lengths = [...chunks].map(({ length }) => length);
    expect(asked).toBe(20_000);
    expect(Math.max(...lengths)).toBeLessThan(67_000);
    expect(Math.min(...lengths.slice(0, -1))).toBeGreaterThanOrEqual(65536);
  });

  test('closes the source of its sub-receipts when the reader gives up', () => {
    let closed = false;
    function* endless(): Generator<ReceiptHead> {
      try {
        for (;;) yield SUB;
      } finally {
        closed = true;
      }
    }
    for (const _ of receiptChunks(PARENT, endless())) break;
    expect(closed).toBe(true);
  });
});
