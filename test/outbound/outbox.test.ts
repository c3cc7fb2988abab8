import { expect, test } from 'vitest';
import { layOut } from '../../src/config/home.js';
import { parseSettings } from '../../src/config/settings.js';
import { outboxOf } from '../../src/outbound/outbox.js';

const SKD = { owner: 'SKD', inbox: 'inbox/skd', outbox: 'outbox/skd' };

const homeWith = (settings: object) => layOut('/srv/altinn', parseSettings(settings));

test('what goes out to an owner goes into its own outbox, or the common one where it has none', () => {
  const home = homeWith({ mailboxes: [SKD] });
  expect(outboxOf(home, 'SKD').outbox).toBe('/srv/altinn/outbox/skd');
  expect(outboxOf(home, 'BRG').outbox).toBe('/srv/altinn/outbox');
});

test("it never goes into another owner's outbox", () => {
  const home = homeWith({ inbox: null, outbox: null, mailboxes: [SKD] });
  expect(outboxOf(home, 'SKD').outbox).toBe('/srv/altinn/outbox/skd');
  expect(() => outboxOf(home, 'BRG')).toThrow(/no outbox for the service owner BRG.*Add one of them/);
});
