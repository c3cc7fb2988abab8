import type { Message, Notification, ReplyOption, SdpNotification, SdpOptions } from '../domain/content.js';
import type { Database, SqlValue, Statement } from './database.js';
import { sqlBoolean } from './sql-boolean.js';

/** Writes messages with all that hangs on them. */
export class MessageWriter {
  readonly #message: Statement<SqlValue[], never>;
  readonly #customData: Statement<SqlValue[], never>;
  readonly #attachment: Statement<SqlValue[], never>;
  readonly #xmlAttachment: Statement<SqlValue[], never>;
  readonly #replyOption: Statement<SqlValue[], never>;
  readonly #notification: Statement<SqlValue[], never>;
  readonly #textToken: Statement<SqlValue[], never>;
  readonly #endPoint: Statement<SqlValue[], never>;
  readonly #sdpOptions: Statement<SqlValue[], never>;
  readonly #sdpNotification: Statement<SqlValue[], never>;
  readonly #sdpRepetition: Statement<SqlValue[], never>;

  constructor(db: Database) {
    this.#message = db.prepare(
      `INSERT INTO message (item_id, service_edition_given, short_name, language_code, message_title, message_summary,
         message_body_is_markup, visible_date_time, allow_system_delete_date_time, due_date_time, archive_reference,
         allow_forwarding, case_id, is_reservable, on_behalf_of_org_nr, require_confirmation, message_body)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#customData = db.prepare('INSERT INTO message_custom_data (item_id, ordinal, key, value) VALUES (?, ?, ?, ?)');
    this.#attachment = db.prepare(
      `INSERT INTO message_attachment (item_id, ordinal, file_name, name, encrypted, senders_reference, function_type,
         attachment_type, destination_type, data)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#xmlAttachment = db.prepare(
      `INSERT INTO message_xml_attachment (item_id, ordinal, senders_reference, data_format_id, data_format_version,
         form_data_xml)
       VALUES (?, ?, ?, ?, ?, ?)`,
    );
    this.#replyOption = db.prepare(
      `INSERT INTO message_reply_option (item_id, ordinal, kind, service_code, service_edition, archive_reference,
         link_text, link_url)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#notification = db.prepare(
      `INSERT INTO notification (item_id, ordinal, from_address, shipment_date_time, language_code, notification_type,
         use_service_owner_short_name_as_sender_of_sms, participant_id)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#textToken = db.prepare(
      `INSERT INTO notification_text_token (item_id, notification_ordinal, ordinal, token_num, token_value)
       VALUES (?, ?, ?, ?, ?)`,
    );
    this.#endPoint = db.prepare(
      `INSERT INTO notification_end_point (item_id, notification_ordinal, ordinal, transport_type, receiver_address)
       VALUES (?, ?, ?, ?, ?)`,
    );
    this.#sdpOptions = db.prepare(
      `INSERT INTO sdp_options (item_id, sdp_setting, backup_altinn, title, not_sensitive_title, visible_date_time,
         primary_document_file_name)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#sdpNotification = db.prepare(
      'INSERT INTO sdp_notification (item_id, channel, notification_text, address) VALUES (?, ?, ?, ?)',
    );
    this.#sdpRepetition = db.prepare(
      'INSERT INTO sdp_notification_repetition (item_id, channel, ordinal, days_delayed) VALUES (?, ?, ?, ?)',
    );
  }

  write(itemId: number, message: Message): void {
    this.#writeMessage(itemId, message);
    let ordinal = 0;
    for (const { key, value } of message.customData) this.#customData.run(itemId, ++ordinal, key, value);
    this.#writeAttachments(itemId, message);
    ordinal = 0;
    for (const option of message.replyOptions) this.#writeReplyOption(itemId, ++ordinal, option);
    ordinal = 0;
    for (const notification of message.notifications) this.#writeNotification(itemId, ++ordinal, notification);
    if (message.sdpOptions !== null) this.#writeSdpOptions(itemId, message.sdpOptions);
  }

  #writeMessage(itemId: number, message: Message): void {
    this.#message.run(
      itemId,
      message.serviceEditionGiven,
      message.shortName,
      message.languageCode,
      message.messageTitle,
      message.messageSummary,
      sqlBoolean(message.messageBodyIsMarkup),
      message.visibleDateTime,
      message.allowSystemDeleteDateTime,
      message.dueDateTime,
      message.archiveReference,
      sqlBoolean(message.allowForwarding),
      message.caseId,
      sqlBoolean(message.isReservable),
      message.onBehalfOfOrgNr,
      sqlBoolean(message.requireConfirmation),
      message.messageBody,
    );
  }

  #writeAttachments(itemId: number, message: Message): void {
    let ordinal = 0;
    for (const attachment of message.attachments) {
      this.#attachment.run(
        itemId,
        ++ordinal,
        attachment.fileName,
        attachment.name,
        sqlBoolean(attachment.encrypted),
        attachment.sendersReference,
        attachment.functionType,
        attachment.attachmentType,
        attachment.destinationType,
        attachment.data,
      );
    }
    ordinal = 0;
    for (const { sendersReference, dataFormatId, dataFormatVersion, formDataXml } of message.xmlAttachments) {
      this.#xmlAttachment.run(itemId, ++ordinal, sendersReference, dataFormatId, dataFormatVersion, formDataXml);
    }
  }

  #writeReplyOption(itemId: number, ordinal: number, option: ReplyOption): void {
    switch (option.kind) {
      case 'Service':
        this.#replyOption.run(itemId, ordinal, 'Service', option.serviceCode, option.serviceEdition, null, null, null);
        return;
      case 'ArchiveReference':
        this.#replyOption.run(itemId, ordinal, 'ArchiveReference', null, null, option.archiveReference, null, null);
        return;
      case 'Url':
        this.#replyOption.run(itemId, ordinal, 'Url', null, null, null, option.linkText, option.linkUrl);
        return;
    }
  }

  #writeNotification(itemId: number, ordinal: number, notification: Notification): void {
    this.#notification.run(
      itemId,
      ordinal,
      notification.fromAddress,
      notification.shipmentDateTime,
      notification.languageCode,
      notification.notificationType,
      sqlBoolean(notification.useServiceOwnerShortNameAsSenderOfSms),
      notification.participantId,
    );
    let part = 0;
    for (const { tokenNum, tokenValue } of notification.textTokens) {
      this.#textToken.run(itemId, ordinal, ++part, tokenNum, tokenValue);
    }
    part = 0;
    for (const { transportType, receiverAddress } of notification.endPoints) {
      this.#endPoint.run(itemId, ordinal, ++part, transportType, receiverAddress);
    }
  }

  #writeSdpOptions(itemId: number, options: SdpOptions): void {
    this.#sdpOptions.run(
      itemId,
      options.sdpSetting,
      sqlBoolean(options.backupAltinn),
      options.title,
      options.notSensitiveTitle,
      options.visibleDateTime,
      options.primaryDocumentFileName,
    );
    if (options.emailNotification !== null) this.#writeSdpNotification(itemId, 'Email', options.emailNotification);
    if (options.smsNotification !== null) this.#writeSdpNotification(itemId, 'Sms', options.smsNotification);
  }

  #writeSdpNotification(itemId: number, channel: 'Email' | 'Sms', notification: SdpNotification): void {
    this.#sdpNotification.run(itemId, channel, notification.notificationText, notification.address);
    let ordinal = 0;
    for (const days of notification.daysDelayed) this.#sdpRepetition.run(itemId, channel, ++ordinal, days);
  }
}
