// What XML 1.0 can't hold: most control characters, U+FFFE, U+FFFF, halves of surrogate pairs.
const NOT_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;
// Anything but the characters that stand for themselves; a quick look, since nearly every value is made of these alone.
const NEEDS_WORK = /[^\t\n\x20-\x25\x27-\x3b=\x3f-\ud7ff\ue000-\ufffd]/;

/** An element that holds a text and nothing else, as xmlbuilder2 writes it. */
export function textElement(name: string, value: string): string {
  return value === '' ? `<${name}/>` : `<${name}>${escapeText(value)}</${name}>`;
}

/**
 * A value as the text of an element, escaped. Characters that XML can't hold become U+FFFD; a carriage return becomes a
 * reference, or the reader's parser would take it for a line feed.
 */
function escapeText(value: string): string {
  return NEEDS_WORK.test(value) ? builderText(value).replace(/</g, '&lt;').replace(/>/g, '&gt;') : value;
}

/**
 * A value as it has to be handed to xmlbuilder2, which escapes `<` and `>` (and quotes in attributes), but lets pass what
 * looks like a reference: it would write `AT&T;` as it is, and the receipt would be no XML any more.
 */
export function builderText(value: string): string {
  return value.replace(NOT_XML, '\uFFFD').replace(/&/g, '&amp;').replace(/\r/g, '&#13;');
}

/** An attribute, with the space before it, as xmlbuilder2 writes it when it is handed `builderAttribute(value)`. */
export function attribute(name: string, value: string): string {
  const escaped = builderAttribute(value).replace(/"/g, '&quot;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  return ` ${name}="${escaped}"`;
}

/** As builderText, for an attribute: line feeds and tabs become references, too, or a parser would take them for spaces. */
export function builderAttribute(value: string): string {
  return builderText(value).replace(/\n/g, '&#10;').replace(/\t/g, '&#9;');
}
