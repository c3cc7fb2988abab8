import type { ItemContent } from '../domain/content.js';
import type { ItemFields } from '../domain/data-item.js';
import type { Format } from '../domain/format.js';
import type { Issue, Place } from '../domain/issue.js';
import type { Catalogue } from '../domain/service.js';
import type { XmlElement, XmlItem } from '../xml/element.js';

/** The contract every format fulfils: pure functions from a schema-valid item to a domain value or Issues. */
export interface ItemMapper {
  readonly format: Format;
  /**
   * What can be told of an item, valid or not: parts may be missing, misplaced or cut short, so nothing is assumed.
   * Used for the receipt of an item that failed before `map`.
   */
  identify(item: XmlItem, context: MapContext): ItemFields;
  /** Called only for items that the schema passed. `content` is null exactly when an Issue of level Error is among `issues`. */
  map(item: XmlItem, context: MapContext): MappedItem;
}

export interface MappedItem extends ItemFields {
  readonly content: ItemContent | null;
  readonly issues: readonly Issue[];
  /** XML inside the item's values that must be well-formed and, where `schema` says so, valid (40012). Checked by the caller, all at once. */
  readonly embedded: readonly EmbeddedXml[];
}

export interface EmbeddedXml {
  /** The element whose text it is. */
  readonly holder: XmlElement;
  /** Path of the form's XSD relative to the home folder; null = well-formedness only. */
  readonly schema: string | null;
  /** Where the element that holds it stands. */
  readonly place: Place;
  /** For the Issue's text: `FormData of form F-1 (890/10451)`. */
  readonly what: string;
}

/** All a mapper may know besides the item itself. */
export interface MapContext {
  readonly systemUserCode: string;
  /** First three characters of the system user code. */
  readonly ownerCode: string;
  /** Null in `validate` without a home: no catalogue checks then. */
  readonly catalogue: Catalogue | null;
  readonly rules: RuleSettings;
  /** xs:dateTime without zone, in `timeZone`: when the file was taken in. */
  readonly timeOfIntake: string;
  /** The Reportee's Id, in formats that group items under a Reportee; null when missing or in the other formats. */
  readonly reporteeId: string | null;
  /** Where the Reportee's Id stands; null when there is none. */
  readonly reporteePlace: Place | null;
}

export interface RuleSettings {
  /** IANA name; times without a zone are in it. */
  readonly timeZone: string;
  readonly acceptSyntheticPersons: boolean;
}
