import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Element, parseXml } from 'libxmljs2';
import { expect } from 'vitest';
import { faults } from '../schemas/xsd.js';

export interface SentInstance {
  readonly id: string | undefined;
  readonly subscription: string | undefined;
  readonly edition: string | undefined;
  readonly reportee: string | undefined;
  readonly period: string | undefined;
  readonly scheduled: string | undefined;
  readonly due: string | undefined;
  readonly visible: string | undefined;
  readonly caseId: string | undefined;
  readonly identifyingFields: readonly string[];
  readonly formSet: string | undefined;
  readonly attachments: readonly string[];
  readonly forms: readonly string[];
  readonly issues: readonly string[];
}

/** What stands in a FormTaskInstances file of the outbox, proven against its schema. */
export function sentInstances(home: string, name: string): SentInstance[] {
  const xml = readFileSync(join(home, 'outbox', name), 'utf8');
  expect(faults('form-task-instances.xsd', xml)).toStrictEqual([]);
  const instances = childrenOf(parseXml(xml).root() as Element, 'FormTaskInstance');
  expect(textOf(parseXml(xml).root() as Element, 'CountInShipment')).toBe(String(instances.length));
  return instances.map((one) => {
    const formSet = childrenOf(one, 'FormSet');
    return {
      id: textOf(one, 'InstanceId'),
      subscription: textOf(one, 'SubscriptionId'),
      edition: textOf(one, 'ExternalServiceEditionCode'),
      reportee: textOf(one, 'Reportee'),
      period: textOf(one, 'PeriodNo'),
      scheduled: textOf(one, 'ScheduledDate'),
      due: textOf(one, 'DueDate'),
      visible: textOf(one, 'VisibleDate'),
      caseId: textOf(one, 'CaseId'),
      identifyingFields: childrenOf(one, 'IdentifyingFields').flatMap(childTexts),
      formSet: formSet.map((set) => textOf(set, 'SendersReference'))[0],
      attachments: formSet
        .flatMap((set) => childrenOf(set, 'Attachments'))
        .flatMap((all) => childrenOf(all, 'Attachment'))
        .map((attachment) => Buffer.from(textOf(attachment, 'AttachmentData') ?? '', 'base64').toString()),
      forms: formSet.flatMap((set) => childrenOf(set, 'Form')).map((form) => textOf(form, 'FormData') ?? ''),
      issues: childrenOf(one, 'Issue').map((issue) => `${textOf(issue, 'Code')} ${textOf(issue, 'Message')}`),
    };
  });
}

function childrenOf(parent: Element, name: string): Element[] {
  return (parent.childNodes() as Element[]).filter((node) => node.type() === 'element' && node.name() === name);
}

function childTexts(parent: Element): string[] {
  return (parent.childNodes() as Element[]).filter((node) => node.type() === 'element').map((node) => node.text());
}

function textOf(parent: Element, name: string): string | undefined {
  return childrenOf(parent, name)[0]?.text();
}
