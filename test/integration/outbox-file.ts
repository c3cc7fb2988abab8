import { type Element, parseXml } from 'libxmljs2';
import { expect } from 'vitest';
import { faults } from '../schemas/xsd.js';
import { jsonLines } from '../support/cli.js';

/** The XSD of each file that comes into the outbox, by its root element. */
export const OUTBOX_SCHEMAS: Readonly<Record<string, string>> = {
  ReceiptExternal: 'receipt.xsd',
  GovOrganReceipt: 'govorgan-receipt.xsd',
  FormTaskInstances: 'form-task-instances.xsd',
  AltUtConfirmationBatch: 'alt-ut-confirmation-batch.xsd',
  CorrespondenceConfirmations: 'correspondence-confirmations.xsd',
  CorrespondenceUsageData: 'correspondence-usage-data.xsd',
};

/** Expects a file of the outbox to be what its name says, and valid against the XSD of its root element. */
export function expectValid(name: string, content: string): void {
  if (name.endsWith('.answer.jsonl')) {
    for (const answer of jsonLines(content)) {
      expect(Object.keys(answer)).toEqual(['line', 'status', 'event', 'message', 'reference', 'changed', 'why']);
    }
    return;
  }
  const root = (parseXml(content).root() as Element).name();
  expect([name, root]).toEqual([name, rootByName(name)]);
  expect([name, faults(OUTBOX_SCHEMAS[root] ?? '', content)]).toEqual([name, []]);
}

function rootByName(name: string): string | undefined {
  if (name.endsWith('.govorganreceipt.xml')) return 'GovOrganReceipt';
  if (name.endsWith('.receipt.xml')) return 'ReceiptExternal';
  const kinds: Readonly<Record<string, string>> = {
    FORMTASK: 'FormTaskInstances',
    ALTUT: 'AltUtConfirmationBatch',
    CORR: 'CorrespondenceConfirmations',
    USAGE: 'CorrespondenceUsageData',
  };
  return kinds[/-([A-Z]+)-\d+\.xml$/.exec(name)?.[1] ?? ''];
}
