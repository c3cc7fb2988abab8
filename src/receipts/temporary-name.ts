import { clipBytes } from './names.js';

const TEMPORARY = /^\..+\.tmp-(\d+)$/;
const MAX_STEM_BYTES = 200;

/** Name that a file has until it is whole, in the folder it will stand in: hidden, with the writer's process id. */
export function temporaryName(name: string, processId: number): string {
  return `.${clipBytes(name, MAX_STEM_BYTES)}.tmp-${processId}`;
}

/** The process id in a temporary name; null for any other name. */
export function writerOf(name: string): number | null {
  const found = TEMPORARY.exec(name)?.[1];
  return found === undefined ? null : Number(found);
}
