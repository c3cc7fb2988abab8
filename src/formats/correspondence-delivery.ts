import type { BinaryAttachment, Notification, SdpNotification, SdpOptions } from '../domain/content.js';
import { IssueCode } from '../domain/issue.js';
import { quoted } from '../domain/quoted.js';
import { child, childrenNamed, childText, childToken, type XmlElement } from '../xml/element.js';
import type { Findings } from './findings.js';
import { checkEndPoint, checkFromAddress, checkLanguage } from './message-rules.js';
import { childBoolean, childInteger, childValue } from './message-values.js';

/** How a Correspondence says its reportee is to be told of it (formats.md sections 2 and 5). */
export function mapNotifications(notifications: XmlElement | undefined, findings: Findings): Notification[] {
  return childrenNamed(notifications, 'Notification').map((element) => {
    const fromAddress = childValue(element, 'FromAdress');
    checkFromAddress(findings, fromAddress, child(element, 'FromAdress') ?? element);
    const languageCode = childValue(element, 'LanguageCode');
    checkLanguage(findings, languageCode, "A notification's LanguageCode", child(element, 'LanguageCode') ?? element);
    return {
      fromAddress,
      shipmentDateTime: childToken(element, 'ShipmentDateTime') ?? '',
      languageCode: languageCode ?? '',
      notificationType: childText(element, 'NotificationType') ?? '',
      useServiceOwnerShortNameAsSenderOfSms: childBoolean(element, 'UseServiceOwnerShortNameAsSenderOfSms'),
      participantId: null,
      textTokens: childrenNamed(child(element, 'TextTokens'), 'TextToken').map((token) => ({
        tokenNum: childInteger(token, 'TokenNum') ?? 0,
        tokenValue: childText(token, 'TokenValue') ?? '',
      })),
      endPoints: childrenNamed(child(element, 'RecieverEndPoints'), 'ReceiverEndPoint').map((endPoint) => {
        const transportType = childValue(endPoint, 'TransportType') ?? '';
        const receiverAddress = childValue(endPoint, 'ReceiverAdress');
        checkEndPoint(findings, transportType, receiverAddress, 'ReceiverAdress', endPoint);
        return { transportType, receiverAddress };
      }),
    };
  });
}

/** How a Correspondence is to go to a digital mailbox; its main document must be among the attachments (code 0). */
export function mapSdpOptions(
  options: XmlElement | undefined,
  attachments: readonly BinaryAttachment[],
  findings: Findings,
): SdpOptions | null {
  if (options === undefined) return null;
  const primaryDocumentFileName = childText(options, 'PrimaryDocumentFileName') ?? '';
  checkPrimaryDocument(primaryDocumentFileName, attachments, options, findings);
  const notifications = child(options, 'SdpNotifications');
  return {
    sdpSetting: childText(options, 'SdpSetting') ?? '',
    backupAltinn: childBoolean(options, 'BackupAltinn'),
    title: childText(options, 'Title'),
    notSensitiveTitle: childText(options, 'NotSensitiveTitle'),
    visibleDateTime: childToken(options, 'VisibleDateTime'),
    primaryDocumentFileName,
    emailNotification: mapSdpNotification(child(notifications, 'EmailNotification'), 'EmailAddress'),
    smsNotification: mapSdpNotification(child(notifications, 'SmsNotification'), 'MobileNumber'),
  };
}

function checkPrimaryDocument(
  fileName: string,
  attachments: readonly BinaryAttachment[],
  options: XmlElement,
  findings: Findings,
): void {
  if (attachments.some((attachment) => attachment.fileName === fileName)) return;
  const message = `PrimaryDocumentFileName ${quoted(fileName)} names none of the binary attachments. Expected the FileName of one of them.`;
  findings.error(IssueCode.GeneralError, message, child(options, 'PrimaryDocumentFileName') ?? options);
}

function mapSdpNotification(notification: XmlElement | undefined, addressName: string): SdpNotification | null {
  if (notification === undefined) return null;
  return {
    notificationText: childText(notification, 'NotificationText') ?? '',
    address: childText(notification, addressName),
    daysDelayed: childrenNamed(child(notification, 'Repetitions'), 'DaysDelayed').map(({ text }) => Number(text)),
  };
}
