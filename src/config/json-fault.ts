type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | 'colon' | 'comma or end' | 'nothing';

const SPACE = /[ \t\n\r]*/y;
const TOKEN =
  /[{}[\],:]|"(?:[^"\\\p{Cc}]|[\u007F-\u009F]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/uy;

/**
 * Where a text stops being JSON, as an offset in UTF-16 units; null when it is JSON.
 * JSON.parse tells this in some versions of Node and for some faults only.
 */
export function jsonFaultOffset(text: string): number | null {
  const open: string[] = [];
  let expected: Expected = 'value';
  let at = skip(text, 0);
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[0];
    const next: Expected | null = token === undefined ? null : step(token, expected, open);
    if (token === undefined || next === null) return at;
    expected = next;
    at = skip(text, at + token.length);
  }
  return expected === 'nothing' ? null : at;
}

/** What may come after this token; null when it must not stand here. `open` holds the brackets around it. */
function step(token: string, expected: Expected, open: string[]): Expected | null {
  switch (expected) {
    case 'key or }':
      if (token === '}') return close(open);
      return token.startsWith('"') ? 'colon' : null;
    case 'key':
      return token.startsWith('"') ? 'colon' : null;
    case 'colon':
      return token === ':' ? 'value' : null;
    case 'comma or end':
      if (token === ',') return open.at(-1) === '{' ? 'key' : 'value';
      return token === (open.at(-1) === '{' ? '}' : ']') ? close(open) : null;
    case 'value or ]':
      return token === ']' ? close(open) : value(token, open);
    case 'value':
      return value(token, open);
    case 'nothing':
      return null;
  }
}

function value(token: string, open: string[]): Expected | null {
  if (token === '{' || token === '[') {
    open.push(token);
    return token === '{' ? 'key or }' : 'value or ]';
  }
  return /^[\]},:]/.test(token) ? null : after(open);
}

function close(open: string[]): Expected {
  open.pop();
  return after(open);
}

function after(open: readonly string[]): Expected {
  return open.length === 0 ? 'nothing' : 'comma or end';
}

function skip(text: string, from: number): number {
  SPACE.lastIndex = from;
  SPACE.exec(text);
  return SPACE.lastIndex;
}
