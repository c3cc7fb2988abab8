/** Small files of the formats with room for harm in them. */

const SERVICE_OWNER = 'http://schemas.altinn.no/services/intermediary/serviceinitiation/2009/10';
const CORRESPONDENCE = 'http://schemas.altinn.no/services/intermediary/correspondence/2009/10';

/** A valid message; `body` is markup, `more` stands among its other children. */
export function message(reference: string, body = '', more = ''): string {
  return `<Correspondence><ServiceCode>PSA</ServiceCode><SendersReference>${reference}</SendersReference><Reportee>310123455</Reportee><Content><LanguageCode>1044</LanguageCode><MessageTitle>Title</MessageTitle><MessageBody>${body}</MessageBody></Content>${more}</Correspondence>`;
}

/** The items stand on lines of their own, the first one on line 4. */
export function correspondences(...items: readonly string[]): string {
  return envelope({}, ...items);
}

export function envelope(
  { before = '', attributes = '', code = 'SKD' }: { before?: string; attributes?: string; code?: string },
  ...items: readonly string[]
): string {
  const lines = [
    `${before}<Correspondences xmlns="${CORRESPONDENCE}"${attributes}>`,
    `<SystemUserCode>${code}</SystemUserCode>`,
    '<ShipmentReference>R</ShipmentReference>',
    ...items,
    '</Correspondences>',
  ];
  return `${lines.join('\n')}\n`;
}

export function nested(levels: number): string {
  return '<d>'.repeat(levels) + '</d>'.repeat(levels);
}

export function attributes(count: number): string {
  return Array.from({ length: count }, (_, i) => ` a${i}=""`).join('');
}

export function prefill(reference: string, ...reportees: readonly string[]): string {
  const lines = [
    `<ServiceOwner xmlns="${SERVICE_OWNER}"><ServiceOwnerName>SKD</ServiceOwnerName>`,
    `<Prefill><ExternalShipmentReference>${reference}</ExternalShipmentReference>`,
    ...reportees,
    '</Prefill></ServiceOwner>',
  ];
  return `${lines.join('\n')}\n`;
}

export function reportee(...content: readonly string[]): string {
  return ['<Reportee>', ...content, '</Reportee>'].join('\n');
}

export function field(id: string): string {
  return `<Field><Id>${id}</Id><ValidFrom>2010-01-01</ValidFrom><ValidTo>2011-01-01</ValidTo><Value>v</Value></Field>`;
}

export function formTask(reference: string): string {
  return `<FormTask><ExternalServiceCode>1051</ExternalServiceCode><ExternalServiceEditionCode>1</ExternalServiceEditionCode><ValidFrom>2010-01-01</ValidFrom><ValidTo>2011-01-01</ValidTo><SendersReference>${reference}</SendersReference><Form><DataFormatId>1</DataFormatId><DataFormatVersion>1</DataFormatVersion><SendersReference>f</SendersReference><FormData>&lt;a/></FormData></Form></FormTask>`;
}
