/** Where the shipments, Reportees and items stand in each root element (formats.md sections 1 to 3). */
import type { Format } from '../domain/format.js';
import { child, childText, type XmlElement } from '../xml/element.js';
import type { SchemaKey } from '../xml/validator-protocol.js';

export interface FileLayout<P extends PartLayout = ShipmentLayout> {
  readonly namespace: string;
  readonly root: string;
  readonly schema: SchemaKey;
  readonly shipments: readonly P[];
}

export interface ShipmentLayout extends PartLayout {
  readonly format: Format;
}

/** A part of a file that holds items: all that it takes to cut them out. */
export interface PartLayout {
  /** The element under the root that is the part; null: the root itself. */
  readonly part: string | null;
  /** The element that groups items under one reportee; null: items stand in the part itself. */
  readonly group: string | null;
  /** Local names of the items, in the order in which they may stand in their parent. */
  readonly items: readonly string[];
  /** @param root the envelope as far as it stands before the first item, possibly not closed */
  header(root: XmlElement): ShipmentHeader;
}

/** The header fields of a shipment, as they stand in the file; null = the element or attribute is not there. */
export interface ShipmentHeader {
  readonly systemUserCode: string | null;
  readonly reference: string | null;
  readonly sequenceNo: string | null;
}

const SERVICE_OWNER: FileLayout = {
  namespace: 'http://schemas.altinn.no/services/intermediary/serviceinitiation/2009/10',
  root: 'ServiceOwner',
  schema: 'service-owner',
  shipments: [
    {
      format: 'subscription',
      part: 'Subscription',
      group: 'Reportee',
      items: ['FormTask'],
      header: (root) => serviceOwnerHeader(root, 'Subscription'),
    },
    {
      format: 'prefill',
      part: 'Prefill',
      group: 'Reportee',
      items: ['FormTask', 'Field'],
      header: (root) => serviceOwnerHeader(root, 'Prefill'),
    },
  ],
};

const CORRESPONDENCES: FileLayout = {
  namespace: 'http://schemas.altinn.no/services/intermediary/correspondence/2009/10',
  root: 'Correspondences',
  schema: 'correspondence',
  shipments: [
    {
      format: 'correspondence',
      part: null,
      group: null,
      items: ['Correspondence'],
      header: (root) => ({
        systemUserCode: childText(root, 'SystemUserCode'),
        reference: childText(root, 'ShipmentReference'),
        sequenceNo: childText(root, 'SequenceNo'),
      }),
    },
  ],
};

const ALTUT: FileLayout = {
  namespace: '',
  root: 'GovOrgan',
  schema: 'altut',
  shipments: [
    {
      format: 'altut',
      part: 'AltUt',
      group: null,
      items: ['Message'],
      header: (root) => ({
        systemUserCode: root.attributes.name ?? null,
        reference: null,
        sequenceNo: child(root, 'AltUt')?.attributes.sequenceno ?? null,
      }),
    },
  ],
};

export const LAYOUTS: readonly FileLayout[] = [SERVICE_OWNER, CORRESPONDENCES, ALTUT];

/** Which of the formats a root element belongs to; undefined when none. */
export function detectLayout(namespace: string, root: string): FileLayout | undefined {
  return LAYOUTS.find((layout) => layout.namespace === namespace && layout.root === root);
}

function serviceOwnerHeader(root: XmlElement, part: string): ShipmentHeader {
  return {
    systemUserCode: childText(root, 'ServiceOwnerName'),
    reference: childText(child(root, part), 'ExternalShipmentReference'),
    sequenceNo: childText(child(root, part), 'SequenceNo'),
  };
}
