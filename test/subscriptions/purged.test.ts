import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { renderOutbound } from '../../src/outbound/renderers.js';
import { Store } from '../../src/store/store.js';
import { faults } from '../schemas/xsd.js';
import { altinnBatch } from '../support/cli.js';
import { drop, intakeHome, query, run } from '../support/intake-home.js';
import {
  field,
  form,
  formSet,
  PERSON,
  prefillPart,
  reportee,
  serviceOwner,
  subscriptionItem,
  subscriptionPart,
} from '../support/submissions.js';

test('prefill that is purged is gone from the form tasks that were made with it, and a purged subscription has ended', async () => {
  const home = intakeHome({ keepDays: { outboundFiles: 0, prefill: 0, subscriptions: 0 } });
  const data = '<![CDATA[<Skjema>hemmelig</Skjema>]]>';
  drop(
    home,
    'a.xml',
    serviceOwner(
      subscriptionPart({ reference: 'S' }, reportee(PERSON, subscriptionItem({ ExpirationDate: '2024-12-31' }))) +
        prefillPart(
          { reference: 'P' },
          reportee(
            PERSON,
            formSet('FS', { Form: form({ FormData: data }) }),
            field('/Skjema', { Value: 'fra feltet' }),
          ),
        ),
    ),
  );
  await run(home);
  await altinnBatch(['subscriptions', 'activate', '--date', '2024-02-01', '--home', home]);
  const rendered = () => {
    const store = Store.open(join(home, 'data/altinn-batch.db'), { busyTimeoutMs: 1000, fileMode: 0o640 });
    try {
      const batch = store.outbound.byReference('SKD-FORMTASK-1');
      return batch === undefined ? '' : [...renderOutbound(store, batch)].join('');
    } finally {
      store.close();
    }
  };
  expect(rendered()).toContain('fra feltet');
  const file = join(home, 'outbox', 'SKD-FORMTASK-1.xml');
  expect(readFileSync(file, 'utf8')).toBe(rendered());
  expect((await altinnBatch(['purge', '--home', home])).exitCode).toBe(0);
  expect(existsSync(file)).toBe(false);
  const after = rendered();
  expect(faults('form-task-instances.xsd', after)).toEqual([]);
  expect(after).toMatch(/<SendersReference>FS<\/SendersReference>\n +<PurgedAt>/);
  expect(after).not.toMatch(/fra feltet|hemmelig/);
  expect(query(home, 'SELECT count(*) AS count FROM form_task_instance_form')).toEqual([{ count: 0 }]);
  expect(query(home, 'SELECT state FROM subscription_schedule')).toEqual([{ state: 'ended' }]);
});
