import { describe, expect, it } from 'vitest';
import { Catalogue } from '../../src/domain/service.js';
import { checkSender, checkSystemUserCode } from '../../src/domain/system-user-code.js';

const owner = (code: string) => ({ code, name: code, orgNumber: null });
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

describe('checkSender', () => {
  const atSkd = { mailbox: 'SKD', elsewhere: ['SKD', '1A2'] };
  const common = { mailbox: null, elsewhere: ['1A2'] };

  it('takes in a mailbox the files of its owner, and in the common inbox those of owners without one', () => {
    expect(checkSender('SKD-PSA', CATALOGUE, atSkd)).toEqual({ ownerCode: 'SKD' });
    expect(checkSender('SKD', CATALOGUE, common)).toEqual({ ownerCode: 'SKD' });
    expect(checkSender('1A2', CATALOGUE, null)).toEqual({ ownerCode: '1A2' });
  });

  it.each(['ÅSN', 'XYZ-1', 'skd', 'SKDX'])(
    'refuses %s in the mailbox of another, and names no owner but that one',
    (code) => {
      const wrong = checkSender(code, CATALOGUE, atSkd);
      expect(wrong).toMatchObject({ code: 30005 });
      expect('message' in wrong && wrong.message.replaceAll(code, '')).not.toMatch(/ÅSN|1A2/);
    },
  );

  it('refuses in the common inbox the files of an owner with a mailbox of its own', () => {
    const message = expect.stringContaining('has a mailbox of its own');
    expect(checkSender('1A2-x', CATALOGUE, common)).toMatchObject({ code: 30005, message });
    expect(checkSender('XYZ', CATALOGUE, common)).toEqual(checkSystemUserCode('XYZ', CATALOGUE));
  });

  it('refuses an empty code anywhere as such, and the owner of a mailbox that is no longer in the catalogue', () => {
    expect(checkSender('', CATALOGUE, atSkd)).toMatchObject({ code: 40008 });
    expect(checkSender('BRG', CATALOGUE, { mailbox: 'BRG', elsewhere: [] })).toMatchObject({ code: 30005 });
  });
});
