import { describe, expect, test } from 'vitest';
import { isEmailAddress, isPhoneNumber } from '../../src/formats/contact-address.js';

describe('a phone number', () => {
  test.each([
    '91234567',
    '+4791234567',
    '004791234567',
    '+47 912 34 567',
    '912-34-567',
    '12345',
    '+123456789012345',
    ' 91234567 ',
  ])('may be written %j', (value) => {
    expect(isPhoneNumber(value)).toBe(true);
  });

  test.each([
    ['empty', ''],
    ['of four digits', '1234'],
    ['of sixteen digits', '+1234567890123456'],
    ['with letters', '9123x567'],
    ['with the sign in the wrong place', '47+91234567'],
    ['with a full stop', '912.34.567'],
    ['with digits of another script', '٩١٢٣٤٥٦٧'],
    ['with a line break in it', '912\n34567'],
    ['that is mostly spaces', `91234567${' '.repeat(100)}8`],
  ])('is not one that is %s', (_, value) => {
    expect(isPhoneNumber(value)).toBe(false);
  });
});

describe('an e-mail address', () => {
  test.each([
    'name@example.no',
    'first.last+tag@mail.example.com',
    "o'hara&co@example.org",
    'post@blåbær.no',
    'x@xn--blbr-roah.no',
    'x@sub.domain.example.xn--p1ai',
    '1@2.co',
  ])('may be %j', (value) => {
    expect(isEmailAddress(value)).toBe(true);
  });

  test.each([
    ['empty', ''],
    ['without @', 'example.no'],
    ['with two @', 'a@b@example.no'],
    ['without a dot in its domain', 'name@localhost'],
    ['with an empty label in its domain', 'name@example..no'],
    ['with a dot at its start', '.name@example.no'],
    ['with two dots in a row', 'a..b@example.no'],
    ['with a space in it', 'na me@example.no'],
    ['with white space around it', ' name@example.no'],
    ['with a name before it', 'Name <name@example.no>'],
    ['with a hyphen at the end of a label', 'name@example-.no'],
    ['two of them', 'a@example.no,b@example.no'],
    ['with a top domain of one letter', 'name@example.n'],
    ['longer than 254 characters', `${'a'.repeat(250)}@example.no`],
  ])('is not one %s', (_, value) => {
    expect(isEmailAddress(value)).toBe(false);
  });

  test('that never ends is turned down at once', () => {
    expect(isEmailAddress(`${'a.'.repeat(1_000_000)}@${'b-'.repeat(1_000_000)}`)).toBe(false);
  });
});
