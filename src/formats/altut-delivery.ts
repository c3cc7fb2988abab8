import type { Notification, ReplyOption } from '../domain/content.js';
import { IssueCode } from '../domain/issue.js';
import { blankToNull } from '../domain/quoted.js';
import { child, childrenNamed, type XmlElement } from '../xml/element.js';
import type { Findings } from './findings.js';
import { checkEndPoint } from './message-rules.js';
import { childValue } from './message-values.js';
import { notAShortName, parseShortName } from './short-name.js';

/** NotificationMessages of an AltUt message as Notifications: a NotificationMessage each, numbers before addresses. */
export function mapNotificationMessages(
  notificationMessages: XmlElement | undefined,
  { languageCode, shipmentDateTime }: Pick<Notification, 'languageCode' | 'shipmentDateTime'>,
  findings: Findings,
): Notification[] {
  const notificationType = notificationMessages?.attributes.NotificationTypeName ?? '';
  return childrenNamed(notificationMessages, 'NotificationMessage').map((element) => ({
    fromAddress: null,
    shipmentDateTime,
    languageCode,
    notificationType,
    useServiceOwnerShortNameAsSenderOfSms: null,
    participantId: element.attributes.participantId ?? null,
    textTokens: [],
    endPoints: [
      ...mapEndPoints(child(element, 'SMSPhoneNumbers'), 'SMSPhoneNumber', 'SMS', findings),
      ...mapEndPoints(child(element, 'EmailAddresses'), 'EmailAddress', 'Email', findings),
    ],
  }));
}

function mapEndPoints(
  list: XmlElement | undefined,
  name: string,
  transportType: 'SMS' | 'Email',
  findings: Findings,
): Notification['endPoints'] {
  return childrenNamed(list, name).map((element) => {
    const receiverAddress = blankToNull(element.text);
    checkEndPoint(findings, transportType, receiverAddress, name, element);
    return { transportType, receiverAddress };
  });
}

/**
 * ReplyMessages of an AltUt message as reply options (formats.md section 3): a Form that refers to nothing we know
 * fails the item (30003); one with only a ServiceURL is left out, with a Warning.
 */
export function mapReplyMessages(replyMessages: XmlElement | undefined, findings: Findings): ReplyOption[] {
  return childrenNamed(replyMessages, 'ReplyMessage').flatMap((reply): ReplyOption[] => {
    const form = child(reply, 'Form') ?? reply;
    const serviceCode = childValue(form, 'ServiceCode');
    if (serviceCode !== null) return replyToService(serviceCode, form, findings);
    const archiveReference = childValue(form, 'ArchiveReference');
    if (archiveReference !== null) return [{ kind: 'ArchiveReference', archiveReference }];
    if (childValue(form, 'ServiceURL') !== null) {
      const message =
        'A ReplyMessage with only a ServiceURL is not carried over: the message is accepted without it. Name the service in ServiceCode to have it carried over.';
      findings.warning(IssueCode.GeneralError, message, form);
      return [];
    }
    const message =
      "A ReplyMessage's Form names no service: an Altinn I form number and version alone can't be referred to. Expected a ServiceCode, an ArchiveReference or a ServiceURL in it.";
    findings.error(IssueCode.NotAValidService, message, form);
    return [];
  });
}

function replyToService(given: string, form: XmlElement, findings: Findings): ReplyOption[] {
  const service = parseShortName(given);
  if (service !== null) {
    return [{ kind: 'Service', serviceCode: service.serviceCode, serviceEdition: service.serviceEditionCode }];
  }
  const message = notAShortName(given, "A ReplyMessage's ServiceCode");
  findings.error(IssueCode.NotAValidService, message, child(form, 'ServiceCode') ?? form);
  return [];
}
