import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkReportee, isOrganisationNumber } from '../../src/domain/reportee.js';

const LENIENT = { acceptSyntheticPersons: true };
const STRICT = { acceptSyntheticPersons: false };

const digits = (length: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((all) => all.join(''));

/** Mod 11 in other words: the weighted sum of all nine digits, the last one weighing 1, is a multiple of 11. */
function isMultipleOfEleven(number: string): boolean {
  const weights = [3, 2, 7, 6, 5, 4, 3, 2, 1];
  return weights.reduce((sum, weight, at) => sum + weight * Number(number[at]), 0) % 11 === 0;
}

describe('organisation numbers', () => {
  it.each(['974761076', '889640782'])('accepts %s', (number) => {
    expect(checkReportee(number, LENIENT)).toBeNull();
  });

  it('refuses a wrong check digit with 50008 and shows the number', () => {
    const wrong = checkReportee('974761077', LENIENT);
    expect(wrong).toMatchObject({ code: 50008 });
    expect(wrong?.message).toContain('974761077');
    expect(wrong?.message).toContain('check digit');
  });

  it('gives the verdict of mod 11 for any nine digits', () => {
    fc.assert(
      fc.property(digits(9), (number) => {
        expect(isOrganisationNumber(number)).toBe(isMultipleOfEleven(number));
        expect(checkReportee(number, LENIENT)?.code ?? null).toBe(isMultipleOfEleven(number) ? null : 50008);
      }),
    );
  });

  it('has at most one check digit for any first eight', () => {
    fc.assert(
      fc.property(digits(8), (first) => {
        const fitting = [...'0123456789'].filter((last) => isOrganisationNumber(first + last));
        expect(fitting.length).toBe([...'0123456789'].some((last) => isMultipleOfEleven(first + last)) ? 1 : 0);
      }),
    );
  });

  it('is no organisation number with more or fewer than nine digits', () => {
    expect(isOrganisationNumber('97476107')).toBe(false);
    expect(isOrganisationNumber('9747610760')).toBe(false);
  });
});

describe('national identity numbers', () => {
  it.each([
    ['a person', '01019012308'],
    ['a D number, day + 40', '41019012318'],
  ])('accepts %s whatever the setting', (_, number) => {
    expect(checkReportee(number, LENIENT)).toBeNull();
    expect(checkReportee(number, STRICT)).toBeNull();
  });

  it.each([
    ['month + 80', '01819012365'],
    ['month + 40', '01419012307'],
    ['month + 80 and day + 40', '41819012359'],
    ['month + 40 and day + 40', '41419012376'],
  ])('accepts a synthetic person (%s) only where the setting says so', (_, number) => {
    expect(checkReportee(number, LENIENT)).toBeNull();
    const refused = checkReportee(number, STRICT);
    expect(refused).toMatchObject({ code: 40016 });
    expect(refused?.message).toContain('synthetic test person');
  });

  it('refuses wrong check digits with 40016', () => {
    expect(checkReportee('01019012309', LENIENT)).toEqual({
      code: 40016,
      message: 'The reportee 010190***** is not a valid national identity number: its check digits are wrong.',
    });
  });

  it('refuses a date that is none with 40016', () => {
    expect(checkReportee('31029012345', LENIENT)?.message).toContain('no date of birth');
    expect(checkReportee('31029012345', LENIENT)?.code).toBe(40016);
  });
});

describe('anything else', () => {
  it.each([null, '', '   ', '\n\t'])('says that %j is empty, with 40007', (value) => {
    expect(checkReportee(value, LENIENT)).toMatchObject({ code: 40007 });
  });

  it('says that white space around a number is what is wrong, with 60012', () => {
    const organisation = checkReportee(' 974761076\n', LENIENT);
    expect(organisation).toMatchObject({ code: 60012 });
    expect(organisation?.message).toContain("'974761076' has white space around it");
    const person = checkReportee('01019012308 ', LENIENT);
    expect(person?.message).toContain("'010190*****' has white space around it");
  });

  it('counts the digits of a number of another length, with 60012', () => {
    const wrong = checkReportee('1234567890', LENIENT);
    expect(wrong).toMatchObject({ code: 60012 });
    expect(wrong?.message).toContain('has 10 digits');
    expect(wrong?.message).toContain('9 digits');
    expect(wrong?.message).toContain('11 digits');
  });

  it.each(['NO974761076', '974 761 076', '٩٧٤٧٦١٠٧٦'])('refuses %s with 60012 for what is not a digit', (value) => {
    const wrong = checkReportee(value, LENIENT);
    expect(wrong).toMatchObject({ code: 60012 });
    expect(wrong?.message).toContain('other characters than digits');
  });

  it('keeps a very long value short', () => {
    expect(checkReportee('x'.repeat(100_000), LENIENT)?.message.length).toBeLessThan(250);
  });

  it('never shows more than six digits of what may be a person number with a slip in it', () => {
    const nearly = fc
      .tuple(digits(11), fc.constantFrom(' ', '-', '.', '1', '\n', 'x'), fc.integer({ min: 0, max: 11 }))
      .map(([number, slip, at]) => number.slice(0, at) + slip + number.slice(at));
    fc.assert(
      fc.property(fc.oneof(nearly, digits(11)), (value) => {
        const shown = checkReportee(value, STRICT)?.message.split(';')[0]?.split(' has ')[0] ?? '';
        expect(shown.replace(/[^0-9]/g, '').length).toBeLessThanOrEqual(6);
      }),
    );
  });
});
