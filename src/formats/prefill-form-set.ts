import type { PrefillAttachment, PrefillForm, PrefillFormSet } from '../domain/content.js';
import { identifyingFieldsHash } from '../domain/identifying-fields.js';
import { IssueCode, type Place } from '../domain/issue.js';
import { blankToNull, listed, quoted } from '../domain/quoted.js';
import type { Service } from '../domain/service.js';
import { child, type XmlElement, type XmlItem } from '../xml/element.js';
import { addNotBase64, decodeBase64 } from './base64.js';
import { ChildCursor } from './child-cursor.js';
import type { Findings } from './findings.js';
import { formDefinitionOf } from './form-schema.js';
import type { EmbeddedXml } from './item-mapper.js';
import { checkKnownValue } from './message-rules.js';
import { identifyingFieldsIn } from './service-owner-values.js';

/** A FormTask as read, with the elements that its rules have something to say about. */
export interface ReadFormSet {
  readonly serviceCode: string | null;
  readonly serviceEditionCode: string | null;
  readonly sendersReference: string | null;
  readonly content: PrefillFormSet;
  readonly attachments: XmlElement | undefined;
  /** In the order of `content.forms`. */
  readonly formElements: readonly XmlElement[];
}

/** Reads a prefill's FormTask, every value of it (formats.md section 1). */
export function readFormSet(root: XmlElement): ReadFormSet {
  const cursor = new ChildCursor(root);
  const serviceCode = blankToNull(cursor.text('ExternalServiceCode'));
  const serviceEditionCode = blankToNull(cursor.text('ExternalServiceEditionCode'));
  const validFrom = cursor.token('ValidFrom') ?? '';
  const validTo = cursor.token('ValidTo') ?? '';
  const identityFieldHashCodeGiven = cursor.text('IdentityFieldHashCode');
  const sendersReference = blankToNull(cursor.text('SendersReference'));
  const receiversReference = blankToNull(cursor.text('ReceiversReference'));
  const identifyingFields = identifyingFieldsIn(cursor.take('IdentifyingFields'));
  const attachments = cursor.take('Attachments');
  const formElements = cursor.takeAll('Form');
  const content: PrefillFormSet = {
    kind: 'prefillFormSet',
    validFrom,
    validTo,
    identityFieldHashCodeGiven,
    receiversReference,
    identifyingFields,
    identifyingFieldsHash: identifyingFieldsHash(identifyingFields),
    attachments: attachments === undefined ? NO_ATTACHMENTS : attachments.children.map(readAttachment),
    forms: formElements.map(readForm),
  };
  return { serviceCode, serviceEditionCode, sendersReference, content, attachments, formElements };
}

/** The rules on attachments and forms: Warnings, with what they stand on kept as it was sent, but for data that is no base64. */
export function checkFormSet(findings: Findings, formSet: ReadFormSet, service: Service | null): void {
  if (formSet.attachments !== undefined) checkAttachments(findings, formSet.attachments, formSet.content);
  if (service !== null && service.forms.length > 0) checkDefinitions(findings, formSet, service);
  checkParents(findings, formSet);
}

/** Each form's own XML, with the schema that the catalogue names for it. */
export function embeddedForms(item: XmlItem, formSet: ReadFormSet, service: Service | null): EmbeddedXml[] {
  return formSet.formElements.map(
    (element, at) => new EmbeddedForm(item, element, formSet.content.forms[at] ?? readForm(element), service),
  );
}

/** Its place and name are worked out when asked for: only a form with a fault in it needs them. */
class EmbeddedForm implements EmbeddedXml {
  readonly holder: XmlElement;
  readonly schema: string | null;
  readonly #item: XmlItem;
  readonly #form: PrefillForm;

  constructor(item: XmlItem, element: XmlElement, form: PrefillForm, service: Service | null) {
    this.#item = item;
    this.holder = child(element, 'FormData') ?? element;
    this.#form = form;
    this.schema = service === null ? null : (formDefinitionOf(form, service)?.schema ?? null);
  }

  get place(): Place {
    return this.#item.placeOf(this.holder);
  }

  get what(): string {
    return `FormData of ${named(this.#form)}`;
  }
}

const NO_ATTACHMENTS: readonly PrefillAttachment[] = [];
/** Stands for data that could not be decoded, until its item is failed for it. */
const NOT_BASE64 = Buffer.alloc(0);

function readAttachment(element: XmlElement): PrefillAttachment {
  const cursor = new ChildCursor(element);
  const attachmentName = cursor.text('AttachmentName') ?? '';
  const fileName = cursor.text('FileName') ?? '';
  const data = decodeBase64(cursor.text('AttachmentData') ?? '') ?? NOT_BASE64;
  const sendersReference = cursor.text('SendersReference') ?? '';
  const encrypted = cursor.boolean('Encrypted') ?? false;
  const attachmentType = cursor.text('AttachmentType') ?? '';
  const signingLocked = cursor.boolean('SigningLocked');
  const signedByDefault = cursor.boolean('SignedByDefault');
  return {
    attachmentName,
    fileName,
    data,
    sendersReference,
    encrypted,
    attachmentType,
    signingLocked,
    signedByDefault,
  };
}

function readForm(element: XmlElement): PrefillForm {
  const cursor = new ChildCursor(element);
  const dataFormatId = cursor.text('DataFormatId') ?? '';
  const dataFormatVersion = cursor.text('DataFormatVersion') ?? '';
  const sendersReference = cursor.text('SendersReference') ?? '';
  const parentReference = blankToNull(cursor.text('ParentReference'));
  const formData = cursor.text('FormData') ?? '';
  const signingLocked = cursor.boolean('SigningLocked');
  const signedByDefault = cursor.boolean('SignedByDefault');
  return {
    dataFormatId,
    dataFormatVersion,
    sendersReference,
    parentReference,
    formData,
    signingLocked,
    signedByDefault,
  };
}

function checkAttachments(findings: Findings, attachments: XmlElement, content: PrefillFormSet): void {
  for (const [at, element] of attachments.children.entries()) {
    const attachment = content.attachments[at];
    if (attachment?.data === NOT_BASE64) {
      const what = `AttachmentData of attachment ${quoted(attachment.fileName)}`;
      addNotBase64(findings, what, child(element, 'AttachmentData'));
    }
    const type = child(element, 'AttachmentType');
    if (type !== undefined) checkKnownValue(findings, 'AttachmentType', type.text, 'AttachmentType', type);
  }
}

/** A form that the service has not is not an error: what the forms are is for the service's own definition to say. */
function checkDefinitions(findings: Findings, { content, formElements }: ReadFormSet, service: Service): void {
  for (const [at, form] of content.forms.entries()) {
    if (formDefinitionOf(form, service) !== undefined) continue;
    const known = service.forms.map(({ dataFormatId, dataFormatVersion }) => `${dataFormatId}/${dataFormatVersion}`);
    const message = `The service ${service.serviceCode} edition ${service.serviceEditionCode} has no ${named(form)}; its forms in the service catalogue are ${listed(known)}.`;
    findings.warning(IssueCode.GeneralError, message, formElements[at]);
  }
}

function checkParents(findings: Findings, { content, formElements }: ReadFormSet): void {
  let references: Set<string> | null = null;
  for (const [at, form] of content.forms.entries()) {
    if (form.parentReference === null) continue;
    references ??= new Set(content.forms.map((one) => one.sendersReference));
    if (references.has(form.parentReference)) continue;
    const message = `ParentReference ${quoted(form.parentReference)} of ${named(form)} names no form of this form set; the SendersReference of its main form is expected.`;
    const element = formElements[at];
    findings.warning(IssueCode.GeneralError, message, child(element, 'ParentReference') ?? element);
  }
}

function named(form: PrefillForm): string {
  const what = `${form.dataFormatId}/${form.dataFormatVersion}`;
  return `form ${short(form.sendersReference)} (${short(what)})`;
}

function short(value: string): string {
  return value.length > 60 ? quoted(value) : value;
}
