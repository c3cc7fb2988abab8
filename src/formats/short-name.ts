/** The service that a shortName stands for; both as they stand in it. */
export interface ShortName {
  readonly serviceCode: string;
  readonly serviceEditionCode: string;
}

/** What a shortName must look like, for the texts of Issues. */
export const SHORT_NAME_FORM =
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
