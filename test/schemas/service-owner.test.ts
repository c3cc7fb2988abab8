import { describe, expect, it } from 'vitest';
import { casesOf } from './cases.js';
import { base64, boolean, date, int, many, maybe, nillable, one, padded, some, string, stringOf } from './facts.js';
import { proveFacts } from './prove.js';
import { faults } from './xsd.js';

const NAMESPACE = 'http://schemas.altinn.no/services/intermediary/serviceinitiation/2009/10';

const identifyingFields = () => maybe('IdentifyingFields', [some('IdentifyingField', string)]);

const subscription = maybe('Subscription', [
  maybe('SequenceNo', string),
  one('ExternalShipmentReference', string),
  some('Reportee', [
    one('Id', string),
    some('FormTask', [
      one('ExternalServiceCode', stringOf(0, 7)),
      maybe('ExternalServiceEditionCode', string),
      one('StartDate', padded(date)),
      nillable(maybe('ExpirationDate', padded(date))),
      one('NextScheduledDate', padded(date)),
      one('NextDueDate', padded(date)),
      maybe('VisibleDate', padded(date)),
      one('PeriodType', string),
      maybe('CaseId', padded(int)),
      identifyingFields(),
    ]),
  ]),
]);

const prefill = maybe('Prefill', [
  maybe('SequenceNo', string),
  one('ExternalShipmentReference', string),
  some('Reportee', [
    one('Id', string),
    many('FormTask', [
      one('ExternalServiceCode', stringOf(0, 7)),
      one('ExternalServiceEditionCode', string),
      one('ValidFrom', padded(date)),
      one('ValidTo', padded(date)),
      maybe('IdentityFieldHashCode', string),
      one('SendersReference', string),
      maybe('ReceiversReference', string),
      identifyingFields(),
      maybe('Attachments', [
        some('Attachment', [
          one('AttachmentName', string),
          one('FileName', stringOf(1, 255)),
          one('AttachmentData', base64),
          one('SendersReference', string),
          one('Encrypted', boolean),
          one('AttachmentType', stringOf(1, 255)),
          maybe('SigningLocked', boolean),
          maybe('SignedByDefault', boolean),
        ]),
      ]),
      some('Form', [
        one('DataFormatId', string),
        one('DataFormatVersion', string),
        one('SendersReference', string),
        maybe('ParentReference', string),
        one('FormData', string),
        maybe('SigningLocked', boolean),
        maybe('SignedByDefault', boolean),
      ]),
    ]),
    many('Field', [
      one('Id', string),
      one('ValidFrom', padded(date)),
      one('ValidTo', padded(date)),
      maybe('Index', padded(int)),
      one('Value', string),
    ]),
  ]),
]);

const serviceOwner = one('ServiceOwner', [one('ServiceOwnerName', string), subscription, prefill]);

describe('service-owner.xsd', () => {
  proveFacts('service-owner.xsd', serviceOwner, NAMESPACE);

  it('accepts IdentifyingFields as a document of its own', () => {
    const xml = `<IdentifyingFields xmlns="${NAMESPACE}"><IdentifyingField>a</IdentifyingField></IdentifyingFields>`;
    expect(faults('service-owner.xsd', xml)).toEqual([]);
  });

  it('refuses any other element of its own as a document', () => {
    const xml = `<Subscription xmlns="${NAMESPACE}"><ExternalShipmentReference>1</ExternalShipmentReference></Subscription>`;
    expect(faults('service-owner.xsd', xml)).not.toEqual([]);
  });

  it('refuses a ServiceOwner of no namespace', () => {
    expect(
      faults('service-owner.xsd', '<ServiceOwner><ServiceOwnerName>SKD</ServiceOwnerName></ServiceOwner>'),
    ).not.toEqual([]);
  });

  it('accepts BizTalk prefixes', () => {
    const xml = `<ns0:ServiceOwner xmlns:ns0="${NAMESPACE}"><ns0:ServiceOwnerName>SKD</ns0:ServiceOwnerName></ns0:ServiceOwner>`;
    expect(faults('service-owner.xsd', xml)).toEqual([]);
  });

  it('accepts FormData in a CDATA block', () => {
    const [full] = casesOf(serviceOwner, NAMESPACE);
    const xml = full?.xml.replace('<FormData>text</FormData>', '<FormData><![CDATA[<Skjema>&</Skjema>]]></FormData>');
    expect(xml).toContain('CDATA');
    expect(faults('service-owner.xsd', xml ?? '')).toEqual([]);
  });
});
