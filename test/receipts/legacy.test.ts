import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { type Element, parseXml } from 'libxmljs2';
import { expect, test } from 'vitest';
import { create } from 'xmlbuilder2';
import { govOrganReceiptChunks } from '../../src/receipts/legacy.js';
import { builderText } from '../../src/receipts/xml-text.js';
import { anyText, inXml } from './any-receipt.js';

const SCHEMA = join(import.meta.dirname, '../../schemas/govorgan-receipt.xsd');
const RECEIPT = {
  status: 'ValidationFailed',
  timeReceived: '2024-05-06T07:08:09',
  text: '1 of 2 items failed',
} as const;

test('an AltUt sender gets an entry for the shipment, then one for each item that was not accepted', () => {
  expect([...govOrganReceiptChunks(RECEIPT, ['Failed, line 14'])].join('')).toBe(
    `<?xml version="1.0" encoding="UTF-8"?>
<GovOrganReceipt schemaVersion="6.0">
  <DataUnitInReceipt receiptType="ALTUT" status="ValidationFailed" timeReceived="2024-05-06T07:08:09">
    <Message>
      <MessageEntry>1 of 2 items failed</MessageEntry>
      <MessageEntry>Failed, line 14</MessageEntry>
    </Message>
  </DataUnitInReceipt>
</GovOrganReceipt>
`,
  );
});

test('the older receipt is byte for byte what xmlbuilder2 writes for the whole of it', () => {
  fc.assert(
    fc.property(anyText, fc.array(anyText, { maxLength: 4 }), (text, itemTexts) => {
      const document = create({ version: '1.0', encoding: 'UTF-8' });
      const message = document
        .ele('GovOrganReceipt', { schemaVersion: '6.0' })
        .ele('DataUnitInReceipt', { receiptType: 'ALTUT', status: RECEIPT.status, timeReceived: RECEIPT.timeReceived })
        .ele('Message');
      for (const entry of [text, ...itemTexts]) message.ele('MessageEntry').txt(builderText(entry));
      const whole = `${document.end({ prettyPrint: true })}\n`;
      expect([...govOrganReceiptChunks({ ...RECEIPT, text }, itemTexts)].join('')).toBe(whole);
    }),
  );
});

test('the older receipt is valid, and gives back every text, whatever it holds', () => {
  const schema = parseXml(readFileSync(SCHEMA, 'utf8'), { baseUrl: SCHEMA });
  fc.assert(
    fc.property(anyText, fc.array(anyText, { maxLength: 4 }), (text, itemTexts) => {
      const xml = [...govOrganReceiptChunks({ ...RECEIPT, text }, itemTexts)].join('');
      const document = parseXml(xml);
      expect(document.validate(schema), String(document.validationErrors)).toBe(true);
      const entries = document.find<Element>('//MessageEntry').map((node) => node.text());
      expect(entries).toEqual([text, ...itemTexts].map(inXml));
    }),
  );
});
