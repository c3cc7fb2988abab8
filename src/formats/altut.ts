import type { BinaryAttachment, CustomData, Message } from '../domain/content.js';
import type { ItemFields } from '../domain/data-item.js';
import { IssueCode } from '../domain/issue.js';
import { blankToNull, quoted } from '../domain/quoted.js';
import { checkReportee } from '../domain/reportee.js';
import type { Service } from '../domain/service.js';
import { checkService } from '../domain/service-check.js';
import { child, childrenNamed, childText, childToken, type XmlElement, type XmlItem } from '../xml/element.js';
import { mapNotificationMessages, mapReplyMessages } from './altut-delivery.js';
import { Findings } from './findings.js';
import type { EmbeddedXml, ItemMapper, MapContext, MappedItem } from './item-mapper.js';
import { mappedItem } from './mapped-item.js';
import { checkBody, checkKnownValue, checkLanguage } from './message-rules.js';
import { attachmentData, attributeValue, bodyOf, childValue } from './message-values.js';
import { notAShortName, parseShortName } from './short-name.js';

/** A Message of an AltUt file, mapped onto a message by the table of formats.md section 3. */
export const altutMapper: ItemMapper = { format: 'altut', identify, map };

const NO_EMBEDDED: readonly EmbeddedXml[] = [];

function identify(item: XmlItem): ItemFields {
  const { attributes } = item.root;
  const service = parseShortName(attributes.shortName);
  return {
    serviceCode: service?.serviceCode ?? null,
    serviceEditionCode: service?.serviceEditionCode ?? null,
    reportee: attributeValue(child(item.root, 'Participant'), 'id'),
    sendersReference: attributeValue(item.root, 'messageReference'),
    shortName: attributes.shortName ?? null,
  };
}

function map(item: XmlItem, context: MapContext): MappedItem {
  const { root } = item;
  const fields = identify(item);
  const findings = new Findings(item, fields.sendersReference);
  const service = checkShortName(fields, context, findings, root);
  checkReference(fields, service, findings, root);
  const participant = child(root, 'Participant') ?? root;
  const refused = checkReportee(fields.reportee, context.rules);
  if (refused !== null) findings.error(refused.code, refused.message, participant);

  const content = child(participant, 'Content') ?? participant;
  const languageCode = attributeValue(content, 'languageCode');
  checkLanguage(findings, languageCode, "Content's languageCode", content);
  const messageTitle = titleOf(content, service, fields, context, findings);
  const html = child(content, 'HTML');
  const body = bodyOf(item, html);
  if (service?.message?.requireBody === true) checkBody(findings, body.messageBody, 'HTML', html ?? content);
  const attachments = mapAttachments(child(content, 'Attachments'), findings);
  const visibleDateTime = childToken(participant, 'VisibleDate');
  const notifications = mapNotificationMessages(
    child(root, 'NotificationMessages'),
    { languageCode: languageCode ?? '', shipmentDateTime: visibleDateTime ?? context.timeOfIntake },
    findings,
  );
  const replyOptions = mapReplyMessages(child(root, 'ReplyMessages'), findings);

  if (findings.failed) return mappedItem(fields, null, findings, NO_EMBEDDED);
  const message: Message = {
    kind: 'message',
    serviceEditionGiven: fields.serviceEditionCode,
    shortName: fields.shortName,
    languageCode: languageCode ?? '',
    messageTitle,
    messageSummary: childText(content, 'MessageSummery'),
    messageBody: body.messageBody,
    messageBodyIsMarkup: body.messageBodyIsMarkup,
    visibleDateTime,
    allowSystemDeleteDateTime: childToken(participant, 'AllowSystemDeleteDate'),
    dueDateTime: childToken(participant, 'DueDate'),
    archiveReference: childText(participant, 'AltinnArchive'),
    allowForwarding: null,
    caseId: null,
    isReservable: null,
    onBehalfOfOrgNr: null,
    requireConfirmation: service === null ? null : (service.message?.requireConfirmation ?? false),
    customData: mapCustomData(participant),
    attachments,
    xmlAttachments: [],
    replyOptions,
    notifications,
    sdpOptions: null,
  };
  return mappedItem(fields, message, findings, NO_EMBEDDED);
}

/** The service that the shortName stands for, when the catalogue has it and it may be used; 30003 when it is no shortName. */
function checkShortName(fields: ItemFields, context: MapContext, findings: Findings, root: XmlElement): Service | null {
  if (fields.serviceCode === null) {
    findings.error(IssueCode.NotAValidService, notAShortName(fields.shortName ?? '', 'shortName'), root);
    return null;
  }
  const checked = checkService(fields, 'Correspondence', context);
  if (!('code' in checked)) return checked.service;
  findings.error(checked.code, checked.message, root);
  return null;
}

function checkReference(fields: ItemFields, service: Service | null, findings: Findings, root: XmlElement): void {
  const { confirmations = 'none', requireConfirmation = false } = service?.message ?? {};
  if (fields.sendersReference !== null || (confirmations === 'none' && !requireConfirmation)) return;
  const message =
    'The message has no messageReference, so no confirmation of it can be sent, and its service asks for confirmations. Give every message a messageReference of its own.';
  findings.warning(IssueCode.GeneralError, message, root);
}

/**
 * The title of the service's definition, else MessageHeader; neither: 40003. With no catalogue to know the definition
 * from, a missing MessageHeader may be right, so it is only warned of.
 */
function titleOf(
  content: XmlElement,
  service: Service | null,
  fields: ItemFields,
  context: MapContext,
  findings: Findings,
): string {
  const defined = blankToNull(service?.message?.title ?? null);
  if (defined !== null) return defined;
  const header = childValue(content, 'MessageHeader');
  if (header !== null) return header;
  const at = child(content, 'MessageHeader') ?? content;
  const code = IssueCode.MessageTitleCannotBeNull;
  if (service !== null) {
    const given = `${fields.serviceCode} ${fields.serviceEditionCode}`;
    const message = `MessageHeader is empty or missing, and service ${given} has no title of its own. Expected the title of the message in MessageHeader.`;
    findings.error(code, message, at);
  } else if (context.catalogue === null) {
    const message =
      'MessageHeader is empty or missing. That is right only when the definition of the service, which is not known here, sets a title.';
    findings.warning(code, message, at);
  }
  return '';
}

function mapAttachments(list: XmlElement | undefined, findings: Findings): BinaryAttachment[] {
  return childrenNamed(list, 'Attachment').map((element) => {
    const { filename, name } = element.attributes;
    const functionType = attributeValue(element, 'functionType');
    const attachmentType = attributeValue(element, 'type');
    checkKnownValue(findings, 'FunctionType', functionType, "An Attachment's functionType", element);
    checkKnownValue(findings, 'AttachmentType', attachmentType, "An Attachment's type", element);
    return {
      fileName: filename ?? '',
      name: name ?? '',
      encrypted: false,
      data: attachmentData(findings, element, `The content of attachment ${quoted(filename ?? '')}`),
      sendersReference: null,
      functionType,
      attachmentType,
      destinationType: null,
    };
  });
}

function mapCustomData(participant: XmlElement): CustomData[] {
  const data: CustomData[] = [];
  const year = childToken(participant, 'Year');
  if (year !== null) data.push({ key: 'Year', value: year });
  const municipalNumber = childText(participant, 'MunicipalNumber');
  if (municipalNumber !== null) data.push({ key: 'MunicipalNumber', value: municipalNumber });
  return data;
}
