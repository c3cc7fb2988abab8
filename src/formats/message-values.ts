import { blankToNull } from '../domain/quoted.js';
import { childText, childToken, type XmlElement, type XmlItem } from '../xml/element.js';
import { addNotBase64, decodeBase64 } from './base64.js';
import type { Findings } from './findings.js';

/** The body of a message as the store keeps it. */
export interface MessageBody {
  readonly messageBody: string | null;
  readonly messageBodyIsMarkup: boolean;
}

const NO_BODY: MessageBody = { messageBody: null, messageBodyIsMarkup: false };

/** The body that an element holds: its markup as it stood in the file when there are elements in it, else its text. */
export function bodyOf(item: XmlItem, element: XmlElement | undefined): MessageBody {
  if (element === undefined) return NO_BODY;
  return element.children.length > 0
    ? { messageBody: item.innerXml(element), messageBodyIsMarkup: true }
    : { messageBody: element.text, messageBodyIsMarkup: false };
}

/** The text of a child as it stands; null when it is not there or nothing but white space. */
export function childValue(parent: XmlElement | undefined, name: string): string | null {
  return blankToNull(childText(parent, name));
}

/** The value of an attribute as it stands; null when it is not there or nothing but white space. */
export function attributeValue(element: XmlElement | undefined, name: string): string | null {
  return blankToNull(element?.attributes[name] ?? null);
}

/** An xs:boolean; null when it is not there. */
export function childBoolean(parent: XmlElement | undefined, name: string): boolean | null {
  const token = childToken(parent, name);
  return token === null ? null : token === 'true' || token === '1';
}

/** An xs:int or xs:unsignedInt; null when it is not there. */
export function childInteger(parent: XmlElement | undefined, name: string): number | null {
  const token = childToken(parent, name);
  return token === null ? null : Number(token);
}

const NO_DATA = Buffer.alloc(0);

/** The bytes of an attachment; what is no base64 fails the item. `what` names the field, as in `Data`. */
export function attachmentData(findings: Findings, element: XmlElement | undefined, what: string): Buffer {
  const data = decodeBase64(element?.text ?? '');
  if (data === null) addNotBase64(findings, what, element);
  return data ?? NO_DATA;
}
