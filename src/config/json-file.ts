import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { ConfigFault, IoFault } from '../domain/faults.js';
import { maskPersonNumbers } from '../domain/mask.js';
import { jsonFaultOffset } from './json-fault.js';

export interface JsonFile {
  readonly json: unknown;
  /** The file as it stands on disk. */
  readonly bytes: Buffer;
}

/**
 * Reads a JSON file that an operator writes by hand.
 * @returns undefined when there is no such file
 * @throws ConfigFault when it isn't JSON in UTF-8, with line and column; IoFault when it can't be read
 */
export function readJsonFile(path: string): JsonFile | undefined {
  const bytes = readBytes(path);
  if (bytes === undefined) return undefined;
  if (!isUtf8(bytes)) throw new ConfigFault(`${maskPersonNumbers(path)} is not UTF-8: save it as UTF-8.`);
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  try {
    return { json: JSON.parse(text), bytes };
  } catch (cause) {
    throw new ConfigFault(
      `${maskPersonNumbers(path)} is not JSON (${placeOf(text)}): mend it and run the command again.`,
      {
        cause,
      },
    );
  }
}

/** A JSON value as an error text shows it: in short, and without whole person numbers. */
export function showJson(value: unknown): string {
  const text = maskPersonNumbers(JSON.stringify(value) ?? 'nothing');
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}

function readBytes(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new IoFault(`${maskPersonNumbers(path)} can't be read (${code ?? String(cause)}): check its permissions.`, {
      cause,
    });
  }
}

function placeOf(text: string): string {
  const before = text.slice(0, jsonFaultOffset(text) ?? 0).split('\n');
  return `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
}
