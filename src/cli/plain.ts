import { maskPersonNumbers } from '../domain/mask.js';

/** Texts for people: no whole person numbers, and no control characters that a sender's file might hold. */
export function plain(text: string): string {
  return withoutControls(maskPersonNumbers(text));
}

export function withoutControls(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, '\uFFFD');
}
