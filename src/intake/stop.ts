/**
 * Whether a fault says that the element which these bytes begin with must not stand where it does. Then the native parser
 * passes over all that stands behind it in its parent: that has not been validated.
 */
export function isStop(message: string, bytes: Buffer): boolean {
  if (!message.includes('This element is not expected')) return false;
  const named = /^Element '(?:[^':]+:)?([^':]+)'/.exec(message)?.[1];
  return named !== undefined && named === /^<(?:[^\s<>/:]+:)?([^\s<>/]+)/.exec(startOf(bytes))?.[1];
}

const LONGEST_TAG_NAME = 5000;

function startOf(bytes: Buffer): string {
  return bytes.toString('utf8', 0, LONGEST_TAG_NAME);
}
