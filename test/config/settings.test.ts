import { describe, expect, test } from 'vitest';
import { defaultSettings, parseSettings } from '../../src/config/settings.js';
import { ConfigFault } from '../../src/domain/faults.js';

describe('settings', () => {
  test('an empty file gives every default, with modes as numbers', () => {
    expect(parseSettings({})).toStrictEqual({ ...defaultSettings, fileMode: 0o640, folderMode: 0o750 });
  });

  test('the defaults that init writes are legal themselves, and change nothing', () => {
    const written: unknown = JSON.parse(JSON.stringify(defaultSettings));
    expect(parseSettings(written)).toStrictEqual(parseSettings({}));
  });

  test('settings are frozen all the way down', () => {
    const settings = parseSettings({});
    expect(Object.isFrozen(settings)).toBe(true);
    expect(Object.isFrozen(settings.include)).toBe(true);
    expect(Object.isFrozen(settings.periodMonths)).toBe(true);
  });

  test('a key that is given keeps its value, and half a periodMonths gets the other half', () => {
    const settings = parseSettings({ stableSeconds: 0.5, include: ['*.xml', '*.XML'], periodMonths: { Tertiary: 4 } });
    expect(settings.stableSeconds).toBe(0.5);
    expect(settings.include).toStrictEqual(['*.xml', '*.XML']);
    expect(settings.periodMonths).toStrictEqual({ Quarterly: 4, Tertiary: 4 });
  });

  test('an expectation holds for any format and every day, unless it says otherwise', () => {
    const settings = parseSettings({
      expect: [
        { systemUserCode: 'SKD', by: '06:00' },
        { systemUserCode: 'BRG-TS', by: '23:59', format: 'prefill', days: ['Mon'] },
      ],
    });
    expect(settings.expect).toStrictEqual([
      {
        systemUserCode: 'SKD',
        by: '06:00',
        format: null,
        days: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'],
      },
      { systemUserCode: 'BRG-TS', by: '23:59', format: 'prefill', days: ['Mon'] },
    ]);
  });

  test.each([
    ['0640', 0o640],
    ['640', 0o640],
    ['0600', 0o600],
  ])('fileMode %s is read as octal', (text, mode) => {
    expect(parseSettings({ fileMode: text }).fileMode).toBe(mode);
  });

  test.each([
    [0, 0],
    [25, 25],
    ['2.5%', '2.5%'],
    ['100%', '100%'],
    [null, null],
  ])('maxFailedItems takes %j', (given, parsed) => {
    expect(parseSettings({ maxFailedItems: given }).maxFailedItems).toBe(parsed);
  });

  test.each([
    ['stableSeconds', 'soon', 'stableSeconds holds "soon"; legal is a number of seconds from 0'],
    ['stableSeconds', -1, 'stableSeconds holds -1; legal is a number of seconds from 0'],
    ['rescanSeconds', 0, 'rescanSeconds holds 0; legal is a number of seconds from 0.1'],
    ['inbox', '', 'inbox holds ""; legal is a path'],
    ['include', [], 'include holds []; legal is a list of 1 or more'],
    [
      'include',
      ['in/*.xml'],
      'include holds ["in/*.xml"]; legal is a list of 1 or more file name patterns without slashes',
    ],
    ['doneFileSuffix', '', 'doneFileSuffix holds ""; legal is null (off) or a suffix'],
    ['maxItemBytes', 0, 'maxItemBytes holds 0; legal is a whole number of bytes from 1'],
    ['maxFileBytes', '1G', 'maxFileBytes holds "1G"; legal is null (no limit) or a whole number of bytes'],
    ['maxFailedItems', '101%', 'maxFailedItems holds "101%"; legal is null (off), a whole number'],
    ['maxFailedItems', 1.5, 'maxFailedItems holds 1.5; legal is null (off), a whole number'],
    ['timeZone', 'Europe/Olso', 'timeZone holds "Europe/Olso"; legal is the IANA name'],
    ['acceptSyntheticPersons', 'yes', 'acceptSyntheticPersons holds "yes"; legal is true or false'],
    ['periodMonths', { Monthly: 1 }, 'periodMonths holds {"Monthly":1}; legal is an object with the keys Quarterly'],
    ['subReceipts', 'some', 'subReceipts holds "some"; legal is "all" or "failed"'],
    ['fileMode', 640, 'fileMode holds 640; legal is an octal mode in quotes'],
    ['fileMode', '0440', 'fileMode holds "0440"; legal is an octal mode in quotes, such as "0640", with at least 06..'],
    ['folderMode', '0650', 'folderMode holds "0650"; legal is an octal mode in quotes'],
    ['logLevel', 'verbose', 'logLevel holds "verbose"; legal is "trace"'],
    ['logFile', 'logs/', 'logFile holds "logs/"; legal is null (off) or the path of a file'],
    [
      'hooks',
      { afterShipment: 'mail me' },
      'hooks holds {"afterShipment":"mail me"}; legal is an object with the keys',
    ],
    ['hooks', { overdue: [' '] }, 'hooks holds {"overdue":[" "]}; legal is'],
    ['hooks', { before: ['x'] }, 'hooks holds {"before":["x"]}; legal is'],
    [
      'expect',
      [{ systemUserCode: 'SKD' }],
      'expect holds [{"systemUserCode":"SKD"}]; legal is a list of objects such as',
    ],
    [
      'expect',
      [{ systemUserCode: 'SKD', by: '24:00' }],
      'legal is a list of objects such as {"systemUserCode": "SKD", "by"',
    ],
    ['expect', [{ systemUserCode: 'SKD', by: '06:00', days: ['Monday'] }], '"days" (a list of Mon, Tue'],
  ])('%s = %j is refused, saying what it holds and what is legal', (key, value, text) => {
    expect(faultOf({ [key]: value })).toContain(text);
  });

  test('a key that does not exist is named, and its right spelling when only case or hyphens differ', () => {
    expect(faultOf({ stable_seconds: 2 })).toContain('no setting "stable_seconds"; it is spelled stableSeconds');
    expect(faultOf({ speed: 9 })).toContain('no setting "speed"; legal are inbox, outbox');
  });

  test('every fault is told at once', () => {
    const text = faultOf({ stableSeconds: 'x', logLevel: 7, speed: 9 });
    expect(text).toContain('stableSeconds holds');
    expect(text).toContain('logLevel holds');
    expect(text).toContain('no setting "speed"');
  });

  test.each([[[]], ['x'], [null], [3]])('%j is refused: a settings file holds one object', (json) => {
    expect(faultOf(json)).toContain('must hold one JSON object');
  });

  test('a mailbox has what is left out as the rest of the home has it', () => {
    const box = { owner: 'SKD', inbox: 'in', outbox: 'out' };
    const full = { fileMode: '0660', folderMode: '2770', user: 'altinn', group: 1003, alsoCommon: true };
    expect(parseSettings({ mailboxes: [box, { ...box, owner: 'BRG', ...full }] }).mailboxes).toStrictEqual([
      { ...box, fileMode: null, folderMode: null, user: null, group: null, alsoCommon: false },
      { ...box, owner: 'BRG', ...full, fileMode: 0o660, folderMode: 0o2770 },
    ]);
    expect(Object.isFrozen(parseSettings({ mailboxes: [box] }).mailboxes[0])).toBe(true);
  });

  test.each([
    [[{ owner: 'SKDX' }], 'mailboxes[0].owner holds "SKDX"; legal is three letters or digits'],
    [[{ outbox: undefined }], 'mailboxes[0].outbox is missing; legal is a path'],
    [[{}, { owner: 'BRG', fileMode: '0440' }], 'mailboxes[1].fileMode holds "0440"; legal is null or an octal mode'],
    [[{ folderMode: '4770' }], 'mailboxes[0].folderMode holds "4770"; legal is null or an octal mode'],
    [[{ group: 'two words' }], 'mailboxes[0].group holds "two words"; legal is null, or a group by name or number'],
    [[{ user: -1 }], 'mailboxes[0].user holds -1; legal is null, or a user by name or number'],
    [[{ Inbox: 'in' }], 'mailboxes[0]: there is no key "Inbox"; it is spelled inbox'],
    [[{}, {}], 'mailboxes[1].owner: "SKD" has a mailbox at mailboxes[0] already'],
  ])('mailboxes of %j are refused, naming the place', (boxes, text) => {
    const mailboxes = boxes.map((changes) => ({ owner: 'SKD', inbox: 'in', outbox: 'out', ...changes }));
    expect(faultOf({ mailboxes: JSON.parse(JSON.stringify(mailboxes)) })).toContain(text);
  });

  test('mailboxes that are no list, or hold no objects, are refused', () => {
    expect(faultOf({ mailboxes: { SKD: 'in' } })).toContain(
      'mailboxes holds {"SKD":"in"}; legal is a list of mailboxes',
    );
    expect(faultOf({ mailboxes: ['SKD'] })).toContain('mailboxes[0] holds "SKD"; legal is an object');
  });

  test('the common inbox and outbox are there together, or both null beside mailboxes', () => {
    const mailboxes = [{ owner: 'SKD', inbox: 'in', outbox: 'out' }];
    expect(parseSettings({ inbox: null, outbox: null, mailboxes })).toMatchObject({ inbox: null, outbox: null });
    expect(faultOf({ inbox: null, mailboxes })).toContain('inbox holds null, but outbox does not');
    expect(faultOf({ outbox: null })).toContain('outbox holds null, but inbox does not');
    expect(faultOf({ inbox: null, outbox: null })).toContain('there are no mailboxes: nothing could come in');
  });

  test('a person number in a faulty value is masked', () => {
    expect(faultOf({ logLevel: '01010112345' })).toContain('logLevel holds "010101*****"');
  });
});

function faultOf(json: unknown): string {
  try {
    parseSettings(json);
  } catch (fault) {
    expect(fault).toBeInstanceOf(ConfigFault);
    return (fault as ConfigFault).message;
  }
  throw new Error(`${JSON.stringify(json)} was taken`);
}
