import { expect, test } from 'vitest';
import { drop, intakeHome, receiptOf, run } from '../support/intake-home.js';
import {
  altut,
  correspondence,
  correspondences,
  field,
  formSet,
  message,
  PERSON,
  prefillPart,
  reportee,
  serviceOwner,
  subscriptionItem,
  subscriptionPart,
} from '../support/submissions.js';

/** The native parser passes over whatever stands in a parent behind a child that must not stand there. */
const FOREIGN = ' xmlns="urn:foreign"';
const foreign = (item: string) => item.replace(/^<[A-Za-z]+/, `$&${FOREIGN}`);
const stray = '<Stray/>';
const odd = (item: string) => item.replace(/<\/[A-Za-z]+>$/, `${stray}$&`);

const FILES: Readonly<Record<string, readonly [file: string, failed: readonly number[]]>> = {
  'a Correspondence': [
    correspondences(
      { reference: 'C' },
      correspondence('1'),
      foreign(correspondence('2')),
      odd(correspondence('3')),
      correspondence('4'),
      foreign(correspondence('5')),
      odd(correspondence('6')),
      correspondence('7'),
    ),
    [2, 3, 5, 6],
  ],
  'a Message': [altut({}, foreign(message('1')), odd(message('2')), message('3')), [1, 2]],
  'items of a Reportee': [
    serviceOwner(
      prefillPart(
        { reference: 'P' },
        reportee(
          PERSON,
          formSet('1'),
          foreign(formSet('2')),
          odd(formSet('3')),
          formSet('4'),
          foreign(field('5')),
          odd(field('6')),
        ),
        reportee(PERSON, odd(field('7')), field('8')),
      ),
    ),
    [2, 3, 5, 6, 7],
  ],
  'a Reportee': [
    serviceOwner(
      subscriptionPart(
        { reference: 'S' },
        reportee(PERSON, subscriptionItem()),
        foreign(reportee(PERSON, subscriptionItem(), subscriptionItem())),
        reportee(PERSON, odd(subscriptionItem()), subscriptionItem()),
        reportee(PERSON, subscriptionItem()),
      ),
    ),
    [2, 3, 4],
  ],
};

test('what stands in a foreign namespace fails alone, and hides no fault of what stands behind it', async () => {
  const home = intakeHome();
  const names = Object.keys(FILES);
  for (const [index, name] of names.entries()) drop(home, `${name}.xml`, FILES[name]?.[0] ?? '', 100 - index);
  const { shipments } = await run(home);
  expect(shipments.map(({ file }) => file)).toStrictEqual(names.map((name) => `${name}.xml`));
  for (const [index, name] of names.entries()) {
    const { subReceipts } = receiptOf(home, shipments[index] ?? { receipt: '' });
    const failed = subReceipts.flatMap(({ status }, at) => (status === 'OK' ? [] : [at + 1]));
    expect([name, failed]).toStrictEqual([name, FILES[name]?.[1]]);
    const ofStray = subReceipts.filter(({ text }) => text.includes("'Stray'"));
    expect(ofStray.length).toBeGreaterThan(0);
    for (const { text } of ofStray) {
      const [, item, line] = /^Failed, line (\d+),[^:]*:.*line (\d+), position \d+: Element 'Stray'/s.exec(text) ?? [];
      expect(line).toBe(item);
    }
  }
});

test('a Reportee without items in a foreign namespace hides no fault of the ones behind it', async () => {
  const home = intakeHome();
  const empty = `<Reportee><Id>${PERSON}</Id></Reportee>`;
  const file = serviceOwner(
    prefillPart({ reference: 'P' }, empty, foreign(empty), empty.replace('</Id>', `</Id>${stray}`), empty),
  );
  drop(home, 'file.xml', file);
  const [shipment] = (await run(home)).shipments;
  expect(
    shipment?.text.match(/\n\[0\] line \d+, position \d+: The Reportee is not valid: Element '[A-Za-z]+'/g),
  ).toStrictEqual([
    "\n[0] line 5, position 1: The Reportee is not valid: Element 'Reportee'",
    "\n[0] line 6, position 1: The Reportee is not valid: Element 'Stray'",
  ]);
});
