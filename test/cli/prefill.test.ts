import { expect, test } from 'vitest';
import { altinnBatch, jsonLines } from '../support/cli.js';
import { drop, intakeHome, put, query, run } from '../support/intake-home.js';
import {
  field,
  form,
  formSet,
  OTHER_PERSON,
  PERSON,
  prefillAttachment,
  prefillPart,
  reportee,
  serviceOwner,
} from '../support/submissions.js';

const SCHEMA = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="Skjema"><xs:complexType><xs:sequence>
  <xs:element name="Navn" type="xs:string"/><xs:element name="Antall" type="xs:int" maxOccurs="3"/>
</xs:sequence></xs:complexType></xs:element></xs:schema>`;
const FORM = '<Skjema><Navn>Fra skjemasettet</Navn><Antall>1</Antall><Antall>2</Antall></Skjema>';

test('prefill show tells what a form would begin with on a day, and where each value came from', async () => {
  const home = intakeHome();
  put(home, 'forms/890-10451.xsd', SCHEMA);
  const identifying = '<IdentifyingField>A</IdentifyingField><IdentifyingField>1</IdentifyingField>';
  const aForm = form({ FormData: `<![CDATA[${FORM}]]>` });
  drop(
    home,
    'p.xml',
    serviceOwner(
      prefillPart(
        { reference: 'P' },
        reportee(
          PERSON,
          formSet('FS-1', { Form: aForm, IdentifyingFields: identifying, Attachments: prefillAttachment() }),
          field('/Skjema/Navn', { Value: `Kari, ${OTHER_PERSON}` }),
          field('//Antall', { Index: '2', Value: '77', ValidFrom: '2024-06-01' }),
          field('/Skjema/Antall', { Value: 'ikke tall' }),
        ),
      ),
    ),
  );
  await run(home);
  const asked = ['prefill', 'show', '--home', home, '--reportee', PERSON, '--service', '1051/201010'];
  const show = (...args: string[]) => altinnBatch([...asked, '--identifying', 'A', '--identifying', '1', ...args]);

  const { stdout } = await show('--date', '2024-02-01', '--json');
  const values = (from: string, itemId: number, path: string, value: string) => ({ path, value, from, itemId });
  expect(jsonLines(stdout)).toMatchObject([
    {
      ownerCode: 'SKD',
      formSet: { itemId: 100000000001, fileName: 'p.xml', line: 5, sendersReference: 'FS-1' },
      forms: [
        {
          dataFormatId: '890',
          values: [
            values('field', 100000000002, '/Skjema/Navn', 'Kari, 019285*****'),
            values('form set', 100000000001, '/Skjema/Antall[1]', '1'),
            values('form set', 100000000001, '/Skjema/Antall[2]', '2'),
          ],
        },
      ],
      attachments: [{ fileName: 'vedlegg.txt' }],
      fields: [{ itemId: 100000000002, line: 6 }],
      issues: [{ code: 40012, level: 'Warning' }],
    },
  ]);

  const later = await show('--date', '2024-06-01', '--unmasked');
  expect(later.stdout).toMatch(new RegExp(`field +100000000002 +/Skjema/Navn +Kari, ${OTHER_PERSON}`));
  expect(later.stdout).toMatch(/field +100000000003 +\/Skjema\/Antall\[2\] +77/);
  expect(query(home, "SELECT arguments FROM audit WHERE command = 'prefill show'")).toHaveLength(1);

  const none = await altinnBatch([...asked, '--date', '2024-02-01']);
  expect(none).toMatchObject({ exitCode: 65, stderr: expect.stringContaining('without identifying fields') });
  expect(none.stderr).not.toContain(PERSON);
  expect(await show('--date', '2025-01-01')).toMatchObject({ exitCode: 65 });
});
