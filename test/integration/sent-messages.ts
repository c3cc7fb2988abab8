import { type Element, parseXml } from 'libxmljs2';

/** What a batch of confirmations says, of either format. */
export interface Confirmations {
  readonly sequenceNo: string | undefined;
  readonly previous: string | undefined;
  readonly to: string | undefined;
  readonly count: string | undefined;
  /** Sorted: `M-1 310123455 PSA/2009 read 2024-01-10T09:00:00` and, of one that was confirmed, ` confirmed TIME by NUMBER as ROLES, METHOD`. */
  readonly entries: readonly string[];
}

export function correspondenceConfirmations(xml: string): Confirmations {
  const root = parseXml(xml).root() as Element;
  const entries = children(root, 'Confirmation').map((one) => {
    const head = [text(one, 'CorrespondenceReference'), text(one, 'Reportee')].join(' ');
    const service = `${text(one, 'ServiceCode')}/${text(one, 'ServiceEdition')}`;
    const confirmed = children(one, 'Confirmed').map((by) =>
      confirmation(by, text(by, 'UserSSN'), 'AuthenticationMethod'),
    );
    return [head, service, readAt(one), ...confirmed].join(' ');
  });
  return {
    sequenceNo: text(root, 'SequenceNo'),
    previous: text(root, 'PreviousSequenceNo'),
    to: text(root, 'SystemUserCode'),
    count: text(root, 'CountConfirmationsInShipment'),
    entries: entries.sort(),
  };
}

export function altUtConfirmations(xml: string): Confirmations {
  const root = parseXml(xml).root() as Element;
  const entries = children(children(root, 'AltUtConfirmations')[0] ?? root, 'Confirmation').map((one) => {
    const head = ['messageReference', 'participantId', 'shortName'].map((name) => attribute(one, name)).join(' ');
    const confirmed = children(one, 'Confirmed').map((by) =>
      confirmation(by, attribute(by, 'participantId'), 'LoginMethod'),
    );
    return [head, readAt(one), ...confirmed].join(' ');
  });
  return {
    sequenceNo: attribute(root, 'batchReference'),
    previous: attribute(root, 'previousReference'),
    to: attribute(root, 'receiverReference'),
    count: attribute(root, 'confirmationsInBatch'),
    entries: entries.sort(),
  };
}

/** `PSA/2009 310123455 Confirmed 2024-01-03` for each message. */
export function usageData(xml: string): readonly string[] {
  const usage = children(parseXml(xml).root() as Element, 'CorrespondenceUsage');
  const editions = usage.flatMap((one) => children(one, 'Service')).flatMap((one) => children(one, 'ServiceEdition'));
  return editions.flatMap((edition) =>
    children(edition, 'ServiceEditionVersion')
      .flatMap((version) => children(version, 'Correspondence'))
      .map((one) => {
        const sent = text(one, 'SentCorrespondenceDatetime')?.slice(0, 10);
        return [
          text(edition, 'ServiceEditionID'),
          text(one, 'ReporteeID'),
          text(one, 'CorrespondenceStatusType'),
          sent,
        ];
      })
      .map((parts) => parts.join(' ')),
  );
}

const readAt = (one: Element) => `read ${children(one, 'Read').map((read) => text(read, 'ReadDateTime'))[0]}`;

function confirmation(one: Element, by: string | undefined, method: string): string {
  return `confirmed ${text(one, 'ConfirmedDateTime')} by ${by} as ${text(one, 'ConfirmedRoleList')}, ${text(one, method)}`;
}

function children(parent: Element, name: string): Element[] {
  return (parent.childNodes() as Element[]).filter((node) => node.type() === 'element' && node.name() === name);
}

function text(parent: Element, name: string): string | undefined {
  return children(parent, name)[0]?.text();
}

function attribute(one: Element, name: string): string | undefined {
  return one.attr(name)?.value();
}
