/** Small files of all four formats; every item stands on a line of its own, so that a test can tell its line. */

export const PERSON = '14909021147';
export const OTHER_PERSON = '01928524848';
export const ORGANISATION = '310123455';

const SERVICE_OWNER = 'http://schemas.altinn.no/services/intermediary/serviceinitiation/2009/10';
const RECEIPT = 'http://schemas.altinn.no/services/Intermediary/Receipt/2009/10';
const CORRESPONDENCE = 'http://schemas.altinn.no/services/intermediary/correspondence/2009/10';

/** Child elements in the order given; `null` leaves one out, a value that begins with `<` stands as it is. */
export type Values = Readonly<Record<string, string | null>>;

export function elements(values: Values): string {
  return Object.entries(values)
    .map(([name, value]) => (value === null ? '' : `<${name}>${value}</${name}>`))
    .join('');
}

export function serviceOwner(parts: string, name = 'SKD'): string {
  return `<ServiceOwner xmlns="${SERVICE_OWNER}">\n<ServiceOwnerName>${name}</ServiceOwnerName>\n${parts}\n</ServiceOwner>\n`;
}

export interface ShipmentHead {
  readonly reference: string;
  readonly sequenceNo?: string;
}

export function prefillPart({ reference, sequenceNo }: ShipmentHead, ...reportees: string[]): string {
  return shipmentPart('Prefill', reference, sequenceNo, reportees);
}

export function subscriptionPart({ reference, sequenceNo }: ShipmentHead, ...reportees: string[]): string {
  return shipmentPart('Subscription', reference, sequenceNo, reportees);
}

function shipmentPart(name: string, reference: string, sequenceNo: string | undefined, reportees: string[]): string {
  const head = elements({ SequenceNo: sequenceNo ?? null, ExternalShipmentReference: reference });
  return `<${name}>${head}\n${reportees.join('\n')}\n</${name}>`;
}

export function reportee(id: string, ...items: string[]): string {
  return `<Reportee><Id>${id}</Id>\n${items.join('\n')}\n</Reportee>`;
}

/** A prefill's FormTask of service 1051, its children as the schema orders them. */
export function formSet(sendersReference: string, values: Values = {}): string {
  const children = {
    ExternalServiceCode: '1051',
    ExternalServiceEditionCode: '201010',
    ValidFrom: '2024-01-01',
    ValidTo: '2024-12-31',
    IdentityFieldHashCode: null,
    SendersReference: sendersReference,
    ReceiversReference: null,
    IdentifyingFields: null,
    Attachments: null,
    Form: form(),
    ...values,
  };
  return `<FormTask>${elements(children)}</FormTask>`;
}

export function form(values: Values = {}): string {
  return elements({
    DataFormatId: '890',
    DataFormatVersion: '10451',
    SendersReference: 'MAIN',
    ParentReference: null,
    FormData: '<![CDATA[<Skjema/>]]>',
    SigningLocked: null,
    SignedByDefault: null,
    ...values,
  });
}

export function prefillAttachment(values: Values = {}): string {
  const children = {
    AttachmentName: 'Vedlegg',
    FileName: 'vedlegg.txt',
    AttachmentData: 'QUJD',
    SendersReference: 'A-1',
    Encrypted: 'false',
    AttachmentType: 'text_plain',
    SigningLocked: null,
    SignedByDefault: null,
    ...values,
  };
  return `<Attachment>${elements(children)}</Attachment>`;
}

export function field(id: string, values: Values = {}): string {
  const children = { Id: id, ValidFrom: '2024-01-01', ValidTo: '2024-12-31', Index: null, Value: 'x', ...values };
  return `<Field>${elements(children)}</Field>`;
}

/** A subscription's FormTask of service 1051. */
export function subscriptionItem(values: Values = {}): string {
  const children = {
    ExternalServiceCode: '1051',
    ExternalServiceEditionCode: '201010',
    StartDate: '2024-01-01',
    ExpirationDate: null,
    NextScheduledDate: '2024-02-01',
    NextDueDate: '2024-02-28',
    VisibleDate: null,
    PeriodType: 'Monthly',
    CaseId: null,
    IdentifyingFields: null,
    ...values,
  };
  return `<FormTask>${elements(children)}</FormTask>`;
}

export interface CorrespondenceHead extends ShipmentHead {
  readonly systemUserCode?: string;
}

export function correspondences(head: CorrespondenceHead, ...items: string[]): string {
  const children = {
    SystemUserCode: head.systemUserCode ?? 'SKD',
    ShipmentReference: head.reference,
    SequenceNo: head.sequenceNo ?? null,
  };
  return `<Correspondences xmlns="${CORRESPONDENCE}">\n${elements(children)}\n${items.join('\n')}\n</Correspondences>\n`;
}

/** A Correspondence of service PSA, its children as the schema orders them; `content` are those of its Content. */
export function correspondence(sendersReference: string, values: Values = {}, content: Values = {}): string {
  const children = {
    ServiceCode: 'PSA',
    ServiceEdition: '2009',
    SendersReference: sendersReference,
    Reportee: ORGANISATION,
    Content: elements({
      LanguageCode: '1044',
      MessageTitle: 'Tittel',
      MessageSummary: null,
      MessageBody: null,
      CustomMessageData: null,
      Attachments: null,
      ...content,
    }),
    VisibleDateTime: null,
    AllowSystemDeleteDateTime: null,
    DueDateTime: null,
    ArchiveReference: null,
    ReplyOptions: null,
    Notifications: null,
    AllowForwarding: null,
    CaseId: null,
    IsReservable: null,
    SdpOptions: null,
    OnBehalfOfOrgNr: null,
    ...values,
  };
  return `<Correspondence>${elements(children)}</Correspondence>`;
}

export function binaryAttachment(values: Values = {}): string {
  const children = {
    FileName: 'brev.txt',
    Name: 'Brev',
    Encrypted: 'false',
    Data: 'QUJD',
    SendersReference: null,
    FunctionType: null,
    AttachmentType: null,
    DestinationType: null,
    ...values,
  };
  return `<BinaryAttachments><BinaryAttachment>${elements(children)}</BinaryAttachment></BinaryAttachments>`;
}

export function notification(values: Values = {}): string {
  const children = {
    FromAdress: null,
    ShipmentDateTime: '2024-01-01T08:00:00',
    LanguageCode: '1044',
    NotificationType: 'Correspondence',
    TextTokens: null,
    RecieverEndPoints: null,
    ...values,
  };
  return `<Notification>${elements(children)}</Notification>`;
}

export function endPoint(transportType: string, receiverAddress: string | null = null): string {
  return `<ReceiverEndPoint>${elements({ TransportType: transportType, ReceiverAdress: receiverAddress })}</ReceiverEndPoint>`;
}

export interface AltutHead {
  readonly name?: string;
  readonly sequenceNo?: string;
}

export function altut({ name = 'SKD', sequenceNo }: AltutHead, ...messages: string[]): string {
  const attribute = sequenceNo === undefined ? '' : ` sequenceno="${sequenceNo}"`;
  return `<GovOrgan name="${name}">\n<AltUt${attribute}>\n${messages.join('\n')}\n</AltUt>\n</GovOrgan>\n`;
}

export interface MessageParts {
  readonly shortName?: string;
  readonly reportee?: string;
  readonly languageCode?: string;
  /** Children of Participant before Content. */
  readonly participant?: Values;
  readonly content?: Values;
  /** What stands after Participant. */
  readonly after?: string;
}

export function message(messageReference: string | null, parts: MessageParts = {}): string {
  const {
    shortName = 'PSA 2009',
    reportee = ORGANISATION,
    languageCode = '1044',
    participant = {},
    after = '',
  } = parts;
  const reference = messageReference === null ? '' : ` messageReference="${messageReference}"`;
  const content = elements({ MessageHeader: 'Tittel', ...parts.content });
  return (
    `<Message shortName="${shortName}"${reference} persistent="true"><Sender><Name>Skatteetaten</Name></Sender>` +
    `<Participant id="${reportee}">${elements(participant)}<Content languageCode="${languageCode}">${content}</Content></Participant>${after}</Message>`
  );
}

export interface SaveHead {
  readonly systemUserCode?: string;
  readonly receiptId?: number;
  /** Instead of the id. */
  readonly archiveReference?: string;
}

/** A ReceiptSave document, its children as the schema orders them. */
export function receiptSave(head: SaveHead, values: Values = {}, ...subReceipts: string[]): string {
  const target =
    head.archiveReference === undefined
      ? { ReceiptId: String(head.receiptId ?? 1) }
      : { ArchiveReference: head.archiveReference };
  const children = { SystemUserCode: head.systemUserCode ?? 'SKD', ...target, ...saved(values) };
  const list = subReceipts.length === 0 ? '' : `\n<SubReceipts>\n${subReceipts.join('\n')}\n</SubReceipts>`;
  return `<ReceiptSave xmlns="${RECEIPT}">\n${elements(children)}${list}\n</ReceiptSave>\n`;
}

export function subReceiptSave(receiptId: number, values: Values = {}): string {
  return `<SubReceipt>${elements({ ReceiptId: String(receiptId), ...saved(values) })}</SubReceipt>`;
}

export function savedReference(type: string, value: string): string {
  return `<Reference>${elements({ ReferenceTypeName: type, ReferenceValue: value })}</Reference>`;
}

function saved(values: Values): Values {
  return { ReceiptStatus: 'OK', ReceiptText: 'Loaded.', References: null, ...values };
}

/** The 1-based line of a file on which a text stands first. */
export function lineOf(xml: string, text: string): number {
  const at = xml.indexOf(text);
  if (at === -1) throw new Error(`${text} does not stand in the file`);
  return xml.slice(0, at).split('\n').length;
}
