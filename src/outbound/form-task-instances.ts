import { create } from 'xmlbuilder2';
import { chunked, splitAtLine } from '../receipts/chunks.js';
import { builderText, textElement } from '../receipts/xml-text.js';
import type { SentInstance } from '../store/form-task-store.js';
import type { OutboundBatch } from '../store/outbound-store.js';
import type { StoredAttachment, StoredForm } from '../store/prefill-lookup.js';
import type { Store } from '../store/store.js';

export const FORM_TASK_NAMESPACE = 'urn:altinn-batch:form-task-instances';

const PLACEHOLDER = 'FormTaskInstancesStandHere';
const INSTANCES_PER_PAGE = 500;
/** A multiple of 3, so that no base64 is padded in between. */
const BYTES_PER_PIECE = 49_152;

/** A FormTaskInstances (our own, schemas/form-task-instances.xsd): one form set, or attachment, is in memory at a time. */
export function* formTaskInstances(store: Store, batch: OutboundBatch): Generator<string> {
  yield* chunked(pieces(store, batch));
}

function* pieces(store: Store, batch: OutboundBatch): Generator<string> {
  const [before, after] = splitAtLine(frame(batch), `<${PLACEHOLDER}/>`);
  yield before;
  for (const instance of instancesOf(store, batch.id)) yield* instancePieces(store, instance);
  yield after;
}

function frame({ sequenceNo, systemUserCode, reference, shipmentDateTime, entries }: OutboundBatch): string {
  const document = create({ version: '1.0', encoding: 'UTF-8' });
  const root = document.ele(FORM_TASK_NAMESPACE, 'FormTaskInstances');
  const values = {
    SequenceNo: String(sequenceNo),
    SystemUserCode: systemUserCode,
    ShipmentReference: reference,
    ShipmentDateTime: shipmentDateTime,
    CountInShipment: String(entries),
  };
  for (const [name, value] of Object.entries(values)) root.ele(FORM_TASK_NAMESPACE, name).txt(builderText(value));
  root.ele(FORM_TASK_NAMESPACE, PLACEHOLDER);
  return `${document.end({ prettyPrint: true })}\n`;
}

function* instancesOf(store: Store, batchId: number): Generator<SentInstance> {
  let page: readonly SentInstance[] = [];
  do {
    page = store.formTasks.ofBatch(batchId, page.at(-1)?.id ?? 0, INSTANCES_PER_PAGE);
    yield* page;
  } while (page.length === INSTANCES_PER_PAGE);
}

/** As xmlbuilder2 would write it. */
function* instancePieces(store: Store, instance: SentInstance): Generator<string> {
  yield `  <FormTaskInstance>\n${lines(4, {
    InstanceId: instance.id,
    SubscriptionId: instance.subscriptionId,
    SubscribedBy: instance.systemUserCode,
    ExternalShipmentReference: instance.shipmentReference,
    ExternalServiceCode: instance.serviceCode,
    ExternalServiceEditionCode: instance.serviceEditionCode,
    Reportee: instance.reportee,
    PeriodNo: instance.period + 1,
    ScheduledDate: instance.scheduledDate,
    DueDate: instance.dueDate,
    VisibleDate: instance.visibleDate,
    CaseId: instance.caseId,
  })}`;
  const identifying = store.formTasks.identifyingFields(instance.itemId);
  if (identifying.length > 0) {
    const fields = identifying.map((value) => line(6, 'IdentifyingField', value)).join('');
    yield `    <IdentifyingFields>\n${fields}    </IdentifyingFields>\n`;
  }
  if (instance.formSetId !== null) yield* formSetPieces(store, instance, instance.formSetId);
  for (const { code, level, message } of store.formTasks.issues(instance.id)) {
    yield `    <Issue>\n${lines(6, { Code: code, Level: level, Message: message })}    </Issue>\n`;
  }
  yield '  </FormTaskInstance>\n';
}

function* formSetPieces(store: Store, instance: SentInstance, formSetId: number): Generator<string> {
  yield `    <FormSet>\n${lines(6, { SendersReference: instance.formSetReference })}`;
  if (instance.formsPurgedAt === null) {
    const attachments = store.prefill.attachments(formSetId);
    if (attachments.length > 0) {
      yield '      <Attachments>\n';
      for (const attachment of attachments) yield* attachmentPieces(store, attachment);
      yield '      </Attachments>\n';
    }
    const changed = store.formTasks.changedForms(instance.id);
    for (const form of store.prefill.forms(formSetId)) yield formXml(form, changed.get(form.ordinal) ?? form.formData);
  } else {
    yield line(6, 'PurgedAt', instance.formsPurgedAt);
  }
  yield '    </FormSet>\n';
}

function* attachmentPieces(store: Store, attachment: StoredAttachment): Generator<string> {
  const { attachmentName, fileName, sendersReference, encrypted, attachmentType } = attachment;
  yield `        <Attachment>\n${lines(10, { AttachmentName: attachmentName, FileName: fileName })}`;
  const data = store.prefill.attachmentData(attachment.id);
  if (data.length === 0) {
    yield '          <AttachmentData/>\n';
  } else {
    yield '          <AttachmentData>';
    for (let at = 0; at < data.length; at += BYTES_PER_PIECE) {
      yield data.subarray(at, at + BYTES_PER_PIECE).toString('base64');
    }
    yield '</AttachmentData>\n';
  }
  yield `${lines(10, {
    SendersReference: sendersReference,
    Encrypted: encrypted,
    AttachmentType: attachmentType,
    SigningLocked: attachment.signingLocked,
    SignedByDefault: attachment.signedByDefault,
  })}        </Attachment>\n`;
}

function formXml(form: StoredForm, formData: string): string {
  return `      <Form>\n${lines(8, {
    DataFormatId: form.dataFormatId,
    DataFormatVersion: form.dataFormatVersion,
    SendersReference: form.sendersReference,
    ParentReference: form.parentReference,
    FormData: formData,
    SigningLocked: form.signingLocked,
    SignedByDefault: form.signedByDefault,
  })}      </Form>\n`;
}

/** An element a line; those without a value are left out. */
function lines(indent: number, values: Readonly<Record<string, string | number | boolean | null>>): string {
  let text = '';
  for (const [name, value] of Object.entries(values)) if (value !== null) text += line(indent, name, String(value));
  return text;
}

function line(indent: number, name: string, value: string): string {
  return `${' '.repeat(indent)}${textElement(name, value)}\n`;
}
