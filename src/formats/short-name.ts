import { quoted } from '../domain/quoted.js';

/** The service that a shortName stands for; both as they stand in it. */
export interface ShortName {
  readonly serviceCode: string;
  readonly serviceEditionCode: string;
}

const FORM =
  "a service code (1 to 7 letters or digits), one space or underscore, and an edition code (1 to 6 digits), as in 'PSA 2009'";

// White space is what XML calls so. The two official texts differ on the separator; no third one is known.
const SHORT_NAME = /^[ \t\r\n]*([A-Za-z0-9]{1,7})[ _]([0-9]{1,6})[ \t\r\n]*$/;

/**
 * Reads an AltUt shortName such as `PSA 2009` or `PSA_2009` (formats.md section 4); null when it is not one.
 * A ReplyMessage's ServiceCode has the same form.
 */
export function parseShortName(value: string | null | undefined): ShortName | null {
  if (value === null || value === undefined) return null;
  const [, serviceCode, serviceEditionCode] = SHORT_NAME.exec(value) ?? [];
  return serviceCode === undefined || serviceEditionCode === undefined ? null : { serviceCode, serviceEditionCode };
}

/** Why a value is no shortName, for the text of an Issue. `what` names it, as in `shortName`. */
export function notAShortName(value: string, what: string): string {
  // Texts are shown on one line, where two spaces or a no-break space would look like the one that is expected.
  const isNearly = parseShortName(value.trim().replace(/[\s_-]+/gu, ' ')) !== null;
  const why = isNearly
    ? ': between its service code and its edition code stands something else than one space or underscore'
    : '';
  return `${what} ${quoted(value)} does not name a service${why}. Expected ${FORM}.`;
}
