import type BetterSqlite3 from 'better-sqlite3';

type Row = Record<string, unknown>;

/**
 * Reads an item's content back from the tables into the shape it had, by plain SQL of its own: what it returns equals what
 * was staged only when every value has a column.
 */
export function readContent(sql: BetterSqlite3.Database, itemId: number): unknown {
  const rows = (table: string, more = '') =>
    sql.prepare<[number], Row>(`SELECT * FROM ${table} WHERE item_id = ? ${more}`).all(itemId);
  const ordered = (table: string) => rows(table, 'ORDER BY ordinal');

  const [formSet] = rows('prefill_form_set');
  if (formSet !== undefined) {
    return {
      kind: 'prefillFormSet',
      ...camel(formSet, ['valid_from', 'valid_to', 'identity_field_hash_code_given', 'receivers_reference']),
      identifyingFields: ordered('prefill_identifying_field').map((row) => row.value),
      identifyingFieldsHash: formSet.identifying_fields_hash,
      attachments: ordered('prefill_attachment').map((row) => ({
        ...camel(row, ['attachment_name', 'file_name', 'senders_reference', 'attachment_type']),
        data: row.attachment_data,
        encrypted: toBoolean(row.encrypted),
        signingLocked: toBoolean(row.signing_locked),
        signedByDefault: toBoolean(row.signed_by_default),
      })),
      forms: ordered('prefill_form').map((row) => ({
        ...camel(row, ['data_format_id', 'data_format_version', 'senders_reference', 'parent_reference', 'form_data']),
        signingLocked: toBoolean(row.signing_locked),
        signedByDefault: toBoolean(row.signed_by_default),
      })),
    };
  }

  const [field] = rows('prefill_field');
  if (field !== undefined) {
    const index = field.field_index;
    return { kind: 'prefillField', ...camel(field, ['field_id', 'valid_from', 'valid_to', 'value']), index };
  }

  const [subscription] = rows('subscription');
  if (subscription !== undefined) {
    return {
      kind: 'subscription',
      ...camel(subscription, [
        'service_edition_code_given',
        'start_date',
        'expiration_date',
        'next_scheduled_date',
        'next_due_date',
        'visible_date',
        'period_type',
        'case_id',
        'identifying_fields_hash',
      ]),
      identifyingFields: ordered('subscription_identifying_field').map((row) => row.value),
    };
  }

  const [message] = rows('message');
  if (message === undefined) return null;
  return {
    kind: 'message',
    ...camel(message, [
      'service_edition_given',
      'short_name',
      'language_code',
      'message_title',
      'message_summary',
      'message_body',
      'visible_date_time',
      'allow_system_delete_date_time',
      'due_date_time',
      'archive_reference',
      'case_id',
      'on_behalf_of_org_nr',
    ]),
    messageBodyIsMarkup: toBoolean(message.message_body_is_markup),
    allowForwarding: toBoolean(message.allow_forwarding),
    isReservable: toBoolean(message.is_reservable),
    requireConfirmation: toBoolean(message.require_confirmation),
    customData: ordered('message_custom_data').map((row) => camel(row, ['key', 'value'])),
    attachments: ordered('message_attachment').map((row) => ({
      ...camel(row, [
        'file_name',
        'name',
        'senders_reference',
        'function_type',
        'attachment_type',
        'destination_type',
        'data',
      ]),
      encrypted: toBoolean(row.encrypted),
    })),
    xmlAttachments: ordered('message_xml_attachment').map((row) =>
      camel(row, ['senders_reference', 'data_format_id', 'data_format_version', 'form_data_xml']),
    ),
    replyOptions: ordered('message_reply_option').map((row) => ({
      kind: row.kind,
      ...camel(row, REPLY_OPTION_COLUMNS[String(row.kind)] ?? []),
    })),
    notifications: ordered('notification').map((row) => ({
      ...camel(row, ['from_address', 'shipment_date_time', 'language_code', 'notification_type', 'participant_id']),
      useServiceOwnerShortNameAsSenderOfSms: toBoolean(row.use_service_owner_short_name_as_sender_of_sms),
      textTokens: ordered('notification_text_token')
        .filter((token) => token.notification_ordinal === row.ordinal)
        .map((token) => camel(token, ['token_num', 'token_value'])),
      endPoints: ordered('notification_end_point')
        .filter((point) => point.notification_ordinal === row.ordinal)
        .map((point) => camel(point, ['transport_type', 'receiver_address'])),
    })),
    sdpOptions:
      rows('sdp_options').map((row) => ({
        ...camel(row, [
          'sdp_setting',
          'title',
          'not_sensitive_title',
          'visible_date_time',
          'primary_document_file_name',
        ]),
        backupAltinn: toBoolean(row.backup_altinn),
        emailNotification: sdpNotification('Email'),
        smsNotification: sdpNotification('Sms'),
      }))[0] ?? null,
  };

  function sdpNotification(channel: string): unknown {
    const [row] = rows('sdp_notification').filter((one) => one.channel === channel);
    if (row === undefined) return null;
    const repetitions = ordered('sdp_notification_repetition').filter((one) => one.channel === channel);
    return { ...camel(row, ['notification_text', 'address']), daysDelayed: repetitions.map((one) => one.days_delayed) };
  }
}

const REPLY_OPTION_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  Service: ['service_code', 'service_edition'],
  ArchiveReference: ['archive_reference'],
  Url: ['link_text', 'link_url'],
};

function camel(row: Row, columns: readonly string[]): Row {
  return Object.fromEntries(
    columns.map((column) => [column.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()), row[column]]),
  );
}

function toBoolean(value: unknown): unknown {
  return value === null ? null : value === 1;
}
