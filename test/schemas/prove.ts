import { expect, it } from 'vitest';
import { casesOf } from './cases.js';
import type { ElementFact } from './facts.js';
import { faults } from './xsd.js';

/** One test for every instance that the facts make; a wrong verdict shows the instance and the validator's words. */
export function proveFacts(schemaFile: string, root: ElementFact, namespace: string | null): void {
  for (const { sentence, xml, valid } of casesOf(root, namespace)) {
    it(sentence, () => {
      const found = faults(schemaFile, xml);
      expect(found.length === 0, `${xml}\n${found.join('\n')}`).toBe(valid);
    });
  }
}
