import type { BinaryAttachment, CustomData, Message, ReplyOption, XmlAttachment } from '../domain/content.js';
import type { ItemFields } from '../domain/data-item.js';
import { IssueCode } from '../domain/issue.js';
import { isBlank, quoted } from '../domain/quoted.js';
import { checkReportee } from '../domain/reportee.js';
import type { Service } from '../domain/service.js';
import { checkService } from '../domain/service-check.js';
import { child, childrenNamed, childText, childToken, type XmlElement, type XmlItem } from '../xml/element.js';
import { mapNotifications, mapSdpOptions } from './correspondence-delivery.js';
import { Findings } from './findings.js';
import { findFormSchema } from './form-schema.js';
import type { EmbeddedXml, ItemMapper, MapContext, MappedItem } from './item-mapper.js';
import { mappedItem } from './mapped-item.js';
import { checkBody, checkCaseId, checkKnownValue, checkLanguage, checkOnBehalfOf } from './message-rules.js';
import { attachmentData, bodyOf, childBoolean, childInteger, childValue } from './message-values.js';

/** A Correspondence of a Correspondences file (formats.md sections 2 and 5). */
export const correspondenceMapper: ItemMapper = { format: 'correspondence', identify, map };

function identify(item: XmlItem, context: MapContext): ItemFields {
  const serviceCode = childValue(item.root, 'ServiceCode');
  const editionGiven = childValue(item.root, 'ServiceEdition');
  return {
    serviceCode,
    serviceEditionCode: editionGiven ?? newestEdition(serviceCode, context),
    reportee: childValue(item.root, 'Reportee'),
    sendersReference: childValue(item.root, 'SendersReference'),
    shortName: null,
  };
}

function newestEdition(serviceCode: string | null, { catalogue }: MapContext): string | null {
  if (serviceCode === null || catalogue === null) return null;
  return catalogue.newestEdition(serviceCode)?.serviceEditionCode ?? null;
}

function map(item: XmlItem, context: MapContext): MappedItem {
  const { root } = item;
  const fields = identify(item, context);
  const findings = new Findings(item, fields.sendersReference);
  const service = checkHead(fields, root, context, findings);

  const content = child(root, 'Content') ?? root;
  const languageCode = childValue(content, 'LanguageCode');
  checkLanguage(findings, languageCode, 'LanguageCode', child(content, 'LanguageCode') ?? content);
  const messageTitle = childText(content, 'MessageTitle') ?? '';
  checkTitle(messageTitle, content, findings);
  const bodyElement = child(content, 'MessageBody');
  const body = bodyOf(item, bodyElement);
  if (service?.message?.requireBody === true) {
    checkBody(findings, body.messageBody, 'MessageBody', bodyElement ?? content);
  }
  const lists = child(content, 'Attachments');
  const attachments = mapAttachments(child(lists, 'BinaryAttachments'), findings);
  const embedded: EmbeddedXml[] = [];
  const xmlAttachments = mapXmlAttachments(item, child(lists, 'XmlAttachments'), service, context, embedded);
  const notifications = mapNotifications(child(root, 'Notifications'), findings);
  const sdpOptions = mapSdpOptions(child(root, 'SdpOptions'), attachments, findings);
  const caseId = childInteger(root, 'CaseId');
  checkCaseId(findings, caseId, child(root, 'CaseId'));
  const onBehalfOfOrgNr = childToken(root, 'OnBehalfOfOrgNr');
  checkOnBehalfOf(findings, onBehalfOfOrgNr, child(root, 'OnBehalfOfOrgNr'));

  if (findings.failed) return mappedItem(fields, null, findings, embedded);
  const message: Message = {
    kind: 'message',
    serviceEditionGiven: childValue(root, 'ServiceEdition'),
    shortName: null,
    languageCode: languageCode ?? '',
    messageTitle,
    messageSummary: childText(content, 'MessageSummary'),
    messageBody: body.messageBody,
    messageBodyIsMarkup: body.messageBodyIsMarkup,
    visibleDateTime: childToken(root, 'VisibleDateTime'),
    allowSystemDeleteDateTime: childToken(root, 'AllowSystemDeleteDateTime'),
    dueDateTime: childToken(root, 'DueDateTime'),
    archiveReference: childText(root, 'ArchiveReference'),
    allowForwarding: childBoolean(root, 'AllowForwarding'),
    caseId,
    isReservable: childBoolean(root, 'IsReservable'),
    onBehalfOfOrgNr,
    requireConfirmation: service === null ? null : (service.message?.requireConfirmation ?? false),
    customData: mapCustomData(child(content, 'CustomMessageData')),
    attachments,
    xmlAttachments,
    replyOptions: mapReplyOptions(child(root, 'ReplyOptions')),
    notifications,
    sdpOptions,
  };
  return mappedItem(fields, message, findings, embedded);
}

/** Service and reportee; the service when the catalogue has it and it may be used. */
function checkHead(fields: ItemFields, root: XmlElement, context: MapContext, findings: Findings): Service | null {
  const checked = checkService(fields, 'Correspondence', context);
  const refused = checkReportee(fields.reportee, context.rules);
  if ('code' in checked) findings.error(checked.code, checked.message, child(root, 'ServiceCode'));
  if (refused !== null) findings.error(refused.code, refused.message, child(root, 'Reportee'));
  return 'code' in checked ? null : checked.service;
}

function checkTitle(title: string, content: XmlElement, findings: Findings): void {
  if (!isBlank(title)) return;
  const message = 'MessageTitle is empty. Expected the title that the message is to be shown under.';
  findings.error(IssueCode.MessageTitleCannotBeNull, message, child(content, 'MessageTitle') ?? content);
}

function mapCustomData(customMessageData: XmlElement | undefined): CustomData[] {
  return childrenNamed(customMessageData, 'Add').map(({ attributes }) => ({
    key: attributes.key ?? null,
    value: attributes.value ?? null,
  }));
}

function mapAttachments(binaryAttachments: XmlElement | undefined, findings: Findings): BinaryAttachment[] {
  return childrenNamed(binaryAttachments, 'BinaryAttachment').map((element) => {
    const fileName = childText(element, 'FileName') ?? '';
    const attachment: BinaryAttachment = {
      fileName,
      name: childText(element, 'Name') ?? '',
      encrypted: childBoolean(element, 'Encrypted') ?? false,
      data: attachmentData(findings, child(element, 'Data'), `Data of attachment ${quoted(fileName)}`),
      sendersReference: childText(element, 'SendersReference'),
      functionType: childValue(element, 'FunctionType'),
      attachmentType: childValue(element, 'AttachmentType'),
      destinationType: childValue(element, 'DestinationType'),
    };
    const { functionType, attachmentType, destinationType } = attachment;
    checkKnownValue(findings, 'FunctionType', functionType, 'FunctionType', element);
    checkKnownValue(findings, 'AttachmentType', attachmentType, 'AttachmentType', element);
    checkKnownValue(findings, 'DestinationType', destinationType, 'DestinationType', element);
    return attachment;
  });
}

/** The forms' own XML goes into `embedded`, for the caller to check (40012). */
function mapXmlAttachments(
  item: XmlItem,
  xmlAttachments: XmlElement | undefined,
  service: Service | null,
  { catalogue }: MapContext,
  embedded: EmbeddedXml[],
): XmlAttachment[] {
  return childrenNamed(xmlAttachments, 'XmlAttachment').map((element) => {
    const dataFormatId = childText(element, 'DataFormatID') ?? '';
    const dataFormatVersion = childToken(element, 'DataFormatVersion') ?? '';
    const formDataXml = childText(element, 'FormDataXml') ?? '';
    const sendersReference = childText(element, 'SendersReference') ?? '';
    const holder = child(element, 'FormDataXml') ?? element;
    embedded.push({
      holder,
      schema: findFormSchema(catalogue, service, dataFormatId, dataFormatVersion),
      // Worked out when asked for: only those with a fault in them need it.
      get place() {
        return item.placeOf(holder);
      },
      what: `FormDataXml of XML attachment ${quoted(sendersReference)} (${dataFormatId}/${dataFormatVersion})`,
    });
    return { sendersReference, dataFormatId, dataFormatVersion, formDataXml };
  });
}

/** The services named here are not checked (formats.md section 5). */
function mapReplyOptions(replyOptions: XmlElement | undefined): ReplyOption[] {
  return childrenNamed(replyOptions, 'ReplyOption').flatMap((option): ReplyOption[] => {
    const service = child(option, 'Service');
    if (service !== undefined) {
      const serviceCode = childText(service, 'ServiceCode') ?? '';
      return [{ kind: 'Service', serviceCode, serviceEdition: childValue(service, 'ServiceEdition') }];
    }
    const url = child(option, 'Url');
    if (url !== undefined) {
      return [{ kind: 'Url', linkText: childText(url, 'LinkText') ?? '', linkUrl: childText(url, 'LinkUrl') ?? '' }];
    }
    const archiveReference = childText(option, 'ArchiveReference');
    return archiveReference === null ? [] : [{ kind: 'ArchiveReference', archiveReference }];
  });
}
