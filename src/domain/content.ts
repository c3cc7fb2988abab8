/**
 * What an accepted item holds, as the store keeps it. Field names are the formats' own (formats.md sections 1 to 3).
 * Dates and times are kept as the sender wrote them (trimmed); `null` = not given.
 */
export type ItemContent = PrefillFormSet | PrefillField | Subscription | Message;

export interface PrefillFormSet {
  readonly kind: 'prefillFormSet';
  readonly validFrom: string;
  readonly validTo: string;
  /** As the file says; kept and not used (formats.md section 1). */
  readonly identityFieldHashCodeGiven: string | null;
  readonly receiversReference: string | null;
  readonly identifyingFields: readonly string[];
  /** Lower-case hex SHA-256 (formats.md section 5); null without identifying fields. */
  readonly identifyingFieldsHash: string | null;
  readonly attachments: readonly PrefillAttachment[];
  readonly forms: readonly PrefillForm[];
}

export interface PrefillAttachment {
  readonly attachmentName: string;
  readonly fileName: string;
  readonly data: Buffer;
  readonly sendersReference: string;
  readonly encrypted: boolean;
  readonly attachmentType: string;
  readonly signingLocked: boolean | null;
  readonly signedByDefault: boolean | null;
}

export interface PrefillForm {
  readonly dataFormatId: string;
  readonly dataFormatVersion: string;
  readonly sendersReference: string;
  readonly parentReference: string | null;
  readonly formData: string;
  readonly signingLocked: boolean | null;
  readonly signedByDefault: boolean | null;
}

export interface PrefillField {
  readonly kind: 'prefillField';
  readonly fieldId: string;
  readonly validFrom: string;
  readonly validTo: string;
  readonly index: number | null;
  readonly value: string;
}

export interface Subscription {
  readonly kind: 'subscription';
  /** Null when the file gave none: the newest edition applies. The item's own column holds the resolved one. */
  readonly serviceEditionCodeGiven: string | null;
  readonly startDate: string;
  readonly expirationDate: string | null;
  readonly nextScheduledDate: string;
  readonly nextDueDate: string;
  readonly visibleDate: string | null;
  readonly periodType: string;
  readonly caseId: number | null;
  readonly identifyingFields: readonly string[];
  readonly identifyingFieldsHash: string | null;
}

/** A message: of a correspondence file, or an AltUt message mapped onto one (formats.md section 3). */
export interface Message {
  readonly kind: 'message';
  readonly serviceEditionGiven: string | null;
  /** AltUt only, exactly as it was sent (formats.md section 4). */
  readonly shortName: string | null;
  readonly languageCode: string;
  readonly messageTitle: string;
  readonly messageSummary: string | null;
  /** Text, or markup as it stood in the file when `messageBodyIsMarkup`. */
  readonly messageBody: string | null;
  readonly messageBodyIsMarkup: boolean;
  readonly visibleDateTime: string | null;
  readonly allowSystemDeleteDateTime: string | null;
  readonly dueDateTime: string | null;
  readonly archiveReference: string | null;
  readonly allowForwarding: boolean | null;
  readonly caseId: number | null;
  readonly isReservable: boolean | null;
  readonly onBehalfOfOrgNr: string | null;
  /** The service's definition decides it for AltUt; null = not known to us. */
  readonly requireConfirmation: boolean | null;
  readonly customData: readonly CustomData[];
  readonly attachments: readonly BinaryAttachment[];
  readonly xmlAttachments: readonly XmlAttachment[];
  readonly replyOptions: readonly ReplyOption[];
  readonly notifications: readonly Notification[];
  readonly sdpOptions: SdpOptions | null;
}

export interface CustomData {
  readonly key: string | null;
  readonly value: string | null;
}

export interface BinaryAttachment {
  readonly fileName: string;
  readonly name: string;
  readonly encrypted: boolean;
  readonly data: Buffer;
  readonly sendersReference: string | null;
  readonly functionType: string | null;
  readonly attachmentType: string | null;
  readonly destinationType: string | null;
}

export interface XmlAttachment {
  readonly sendersReference: string;
  readonly dataFormatId: string;
  readonly dataFormatVersion: string;
  readonly formDataXml: string;
}

export type ReplyOption =
  | { readonly kind: 'Service'; readonly serviceCode: string; readonly serviceEdition: string | null }
  | { readonly kind: 'ArchiveReference'; readonly archiveReference: string }
  | { readonly kind: 'Url'; readonly linkText: string; readonly linkUrl: string };

export interface Notification {
  readonly fromAddress: string | null;
  readonly shipmentDateTime: string;
  readonly languageCode: string;
  readonly notificationType: string;
  readonly useServiceOwnerShortNameAsSenderOfSms: boolean | null;
  /** AltUt only. */
  readonly participantId: string | null;
  readonly textTokens: readonly { readonly tokenNum: number; readonly tokenValue: string }[];
  readonly endPoints: readonly { readonly transportType: string; readonly receiverAddress: string | null }[];
}

export interface SdpOptions {
  readonly sdpSetting: string;
  readonly backupAltinn: boolean | null;
  readonly title: string | null;
  readonly notSensitiveTitle: string | null;
  readonly visibleDateTime: string | null;
  readonly primaryDocumentFileName: string;
  readonly emailNotification: SdpNotification | null;
  readonly smsNotification: SdpNotification | null;
}

export interface SdpNotification {
  readonly notificationText: string;
  /** E-mail address or mobile number. */
  readonly address: string | null;
  readonly daysDelayed: readonly number[];
}
