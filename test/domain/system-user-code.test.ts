import { describe, expect, it } from 'vitest';
import { Catalogue } from '../../src/domain/service.js';
import { checkSystemUserCode } from '../../src/domain/system-user-code.js';

const owner = (code: string) => ({ code, name: code, orgNumber: null, ignoreServiceCodes: [], settings: {} });
const CATALOGUE = new Catalogue([owner('SKD'), owner('ÅSN'), owner('1A2')], []);

describe('checkSystemUserCode', () => {
  it.each([
    ['SKD', 'SKD'],
    ['SKD-PSA', 'SKD'],
    ['SKD_PSA', 'SKD'],
    ['SKD-Personlig skatt_2', 'SKD'],
    ['ÅSN', 'ÅSN'],
    ['1A2-x', '1A2'],
  ])('finds the service owner of %s', (code, ownerCode) => {
    expect(checkSystemUserCode(code, CATALOGUE)).toEqual({ ownerCode });
  });

  it.each([null, '', ' \n'])('says that %j is empty, with 40008', (code) => {
    expect(checkSystemUserCode(code, CATALOGUE)).toMatchObject({ code: 40008 });
  });

  it.each(['SK', 'SKDX', 'SKD.PSA', 'S-D', 'SKD-', 'SKD_', 'SKD- ', 'SKD- PSA', '---'])(
    'says that %j is malformed, with 30005 and what would be right',
    (code) => {
      const wrong = checkSystemUserCode(code, CATALOGUE);
      expect(wrong).toMatchObject({ code: 30005 });
      expect(wrong).toHaveProperty('message', expect.stringContaining('SKD-PSA'));
    },
  );

  it('says that white space around a code is what is wrong', () => {
    const wrong = checkSystemUserCode(' SKD', CATALOGUE);
    expect(wrong).toMatchObject({ code: 30005, message: expect.stringContaining('white space around it') });
  });

  it('names the owners there are when the owner is unknown, with 30005', () => {
    const wrong = checkSystemUserCode('skd-PSA', CATALOGUE);
    expect(wrong).toMatchObject({ code: 30005, message: expect.stringContaining('SKD, ÅSN, 1A2') });
  });

  it('names ten owners at most', () => {
    const many = new Catalogue(
      Array.from({ length: 25 }, (_, at) => owner(`X${at + 10}`)),
      [],
    );
    const wrong = checkSystemUserCode('SKD', many);
    expect(wrong).toHaveProperty('message', expect.stringContaining('X19 and 15 more'));
  });

  it('says so when the catalogue has no owner at all', () => {
    const wrong = checkSystemUserCode('SKD', new Catalogue([], []));
    expect(wrong).toMatchObject({ code: 30005, message: expect.stringContaining('no service owner at all') });
  });

  it('checks only the shape without a catalogue', () => {
    expect(checkSystemUserCode('ZZZ-1', null)).toEqual({ ownerCode: 'ZZZ' });
    expect(checkSystemUserCode('ZZ', null)).toMatchObject({ code: 30005 });
  });
});
