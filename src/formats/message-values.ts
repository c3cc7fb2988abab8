import { blankToNull } from '../domain/quoted.js';
import { childText, childToken, type XmlElement, type XmlItem } from '../xml/element.js';

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

/** Decodes xs:base64Binary, white space passed over; the only copy made of what may be a 30 MB attachment. */
export function decodeBase64(text: string): Buffer {
  return Buffer.from(text, 'base64');
}
