import { seededRandom } from './random.mjs';
import { reportees } from './reportees.mjs';

/**
 * What a bench file holds: what stands before, as, and after its items. An item is text, so that memory stays flat.
 * @typedef {{ head: string, item: (index: number) => string, tail: string }} Layout
 * @typedef {{ count: number, seed: number, groups: boolean }} Wish
 */

/** The services are those of bench/services.json. @type {Readonly<Record<string, (wish: Wish) => Layout>>} */
export const KINDS = {
  subscriptions,
  prefills,
  correspondences,
  altut,
  'prefills-one-reportee': prefillsOneReportee,
  'subscriptions-due': subscriptionsDue,
  'prefills-due': prefillsDue,
};

const SERVICE_OWNER = 'http://schemas.altinn.no/services/intermediary/serviceinitiation/2009/10';
const CORRESPONDENCE = 'http://schemas.altinn.no/services/intermediary/correspondence/2009/10';
const ATTACHMENT_BYTES = 3072;

/** @param {Wish} wish @returns {Layout} */
function subscriptions({ count, seed }) {
  const random = seededRandom(seed);
  const numbers = reportees(seed);
  return {
    head: `${declaration}<ServiceOwner xmlns="${SERVICE_OWNER}">
  <ServiceOwnerName>TTD-BENCH</ServiceOwnerName>
  <Subscription>
    <SequenceNo>1</SequenceNo>
    <ExternalShipmentReference>BENCH-SUBSCRIPTIONS-${count}-${seed}</ExternalShipmentReference>
`,
    item: () => `    <Reportee>
      <Id>${next(numbers)}</Id>
      <FormTask>
        <ExternalServiceCode>BENCHF</ExternalServiceCode>
        <ExternalServiceEditionCode>${pick(random, ['2023', '2024'])}</ExternalServiceEditionCode>
        <StartDate>2024-01-01</StartDate>
        <ExpirationDate>2028-12-31</ExpirationDate>
        <NextScheduledDate>2024-${two(2 + random(5))}-01</NextScheduledDate>
        <NextDueDate>2024-${two(8 + random(5))}-28</NextDueDate>
        <PeriodType>${pick(random, ['Annual', 'Monthly', 'Bimonthly', 'Quarterly'])}</PeriodType>
        <CaseId>${1 + random(1_000_000)}</CaseId>
      </FormTask>
    </Reportee>
`,
    tail: '  </Subscription>\n</ServiceOwner>\n',
  };
}

/** @param {Wish} wish @returns {Layout} */
function prefills({ count, seed }) {
  const random = seededRandom(seed);
  const numbers = reportees(seed);
  return {
    head: prefillHead(`BENCH-PREFILLS-${count}-${seed}`),
    item: (index) => {
      const reportee = next(numbers);
      const fields = index % 3 === 0 ? [`Avdeling ${1 + random(9)}`, pick(random, PLACES)] : [];
      return inReportee(reportee, formSet(index, random, fields));
    },
    tail: PREFILL_TAIL,
  };
}

/** Each form set replaces the one before: the same reportee, service, edition and no identifying fields. */
/** @param {Wish} wish @returns {Layout} */
function prefillsOneReportee({ count, seed, groups }) {
  const random = seededRandom(seed);
  const reportee = next(reportees(seed));
  const head = prefillHead(`BENCH-ONE-REPORTEE-${groups ? 'GROUPS-' : ''}${count}-${seed}`);
  if (groups) return { head, item: (index) => inReportee(reportee, formSet(index, random, [])), tail: PREFILL_TAIL };
  return {
    head: `${head}    <Reportee>\n      <Id>${reportee}</Id>\n`,
    item: (index) => formSet(index, random, []),
    tail: `    </Reportee>\n${PREFILL_TAIL}`,
  };
}

/** @param {Wish} wish @returns {Layout} */
function correspondences({ count, seed }) {
  const random = seededRandom(seed);
  const numbers = reportees(seed);
  const attachment = attachments(random);
  return {
    head: `${declaration}<Correspondences xmlns="${CORRESPONDENCE}">
  <SystemUserCode>TTD-BENCH</SystemUserCode>
  <ShipmentReference>BENCH-CORRESPONDENCES-${count}-${seed}</ShipmentReference>
  <SequenceNo>1</SequenceNo>
`,
    item: (index) => `  <Correspondence>
    <ServiceCode>BENCHM</ServiceCode>
    <ServiceEdition>2024</ServiceEdition>
    <SendersReference>M-${index + 1}</SendersReference>
    <Reportee>${next(numbers)}</Reportee>
    <Content>
      <LanguageCode>1044</LanguageCode>
      <MessageTitle>Årsoppgave ${2000 + random(25)} fra ${pick(random, PLACES)}</MessageTitle>
      <MessageSummary>Oppgaven viser ${random(900_000)} kroner. Se vedlegget for hvordan beløpet er regnet ut.</MessageSummary>
      <MessageBody><![CDATA[${body(random)}]]></MessageBody>
      <Attachments>
        <BinaryAttachments>
          <BinaryAttachment>
            <FileName>oppgave-${index + 1}.pdf</FileName>
            <Name>Årsoppgave</Name>
            <Encrypted>false</Encrypted>
            <Data>${attachment()}</Data>
            <SendersReference>M-${index + 1}-A</SendersReference>
            <FunctionType>Unspecified</FunctionType>
            <AttachmentType>application_pdf</AttachmentType>
            <DestinationType>ShowToAll</DestinationType>
          </BinaryAttachment>
        </BinaryAttachments>
      </Attachments>
    </Content>
    <VisibleDateTime>2024-03-01T08:00:00</VisibleDateTime>
    <Notifications>
      <Notification>
        <FromAdress>noreply@example.no</FromAdress>
        <ShipmentDateTime>2024-03-01T09:00:00</ShipmentDateTime>
        <LanguageCode>1044</LanguageCode>
        <NotificationType>Correspondence</NotificationType>
        <RecieverEndPoints>
          <ReceiverEndPoint>
            <TransportType>Email</TransportType>
            <ReceiverAdress>mottaker${index + 1}@example.no</ReceiverAdress>
          </ReceiverEndPoint>
        </RecieverEndPoints>
      </Notification>
    </Notifications>
    <AllowForwarding>true</AllowForwarding>
  </Correspondence>
`,
    tail: '</Correspondences>\n',
  };
}

/** @param {Wish} wish @returns {Layout} */
function altut({ seed }) {
  const random = seededRandom(seed);
  const numbers = reportees(seed);
  return {
    head: `${declaration}<GovOrgan name="TTD-BENCH">\n  <AltUt sequenceno="1">\n`,
    item: (
      index,
    ) => `    <Message shortName="BENCHM 2024" messageReference="A-${index + 1}" viewFormat="HTML" allowDelete="true" persistent="true">
      <Sender>
        <Name>Testdepartementet</Name>
      </Sender>
      <Participant id="${next(numbers)}">
        <VisibleDate>2024-03-01</VisibleDate>
        <AllowSystemDeleteDate>2034-03-01</AllowSystemDeleteDate>
        <Year>${2000 + random(25)}</Year>
        <MunicipalNumber>${1000 + random(4000)}</MunicipalNumber>
        <Content languageCode="1044">
          <MessageHeader>Melding fra ${pick(random, PLACES)}</MessageHeader>
          <MessageSummery>Saken gjelder ${random(900_000)} kroner.</MessageSummery>
          <HTML><![CDATA[${body(random)}]]></HTML>
        </Content>
      </Participant>
      <NotificationMessages NotificationTypeName="Correspondence">
        <NotificationMessage>
          <EmailAddresses>
            <EmailAddress>mottaker${index + 1}@example.no</EmailAddress>
          </EmailAddresses>
        </NotificationMessage>
      </NotificationMessages>
      <ReplyMessages>
        <ReplyMessage>
          <Form>
            <ServiceCode>BENCHF_2024</ServiceCode>
          </Form>
        </ReplyMessage>
      </ReplyMessages>
    </Message>
`,
    tail: '  </AltUt>\n</GovOrgan>\n',
  };
}

/** One in so many is due on 2024-02-01. */
const ONE_DUE_IN = 20;

/** @param {Wish} wish @returns {Layout} */
function subscriptionsDue({ count, seed }) {
  const random = seededRandom(seed);
  const numbers = reportees(seed);
  return {
    head: `${declaration}<ServiceOwner xmlns="${SERVICE_OWNER}">
  <ServiceOwnerName>TTD-BENCH</ServiceOwnerName>
  <Subscription>
    <ExternalShipmentReference>BENCH-SUBSCRIPTIONS-DUE-${count}-${seed}</ExternalShipmentReference>
`,
    item: (index) => {
      const day = index % ONE_DUE_IN === 0 ? '2024-02-01' : `2024-${two(3 + random(9))}-01`;
      return inReportee(
        next(numbers),
        `      <FormTask>
        <ExternalServiceCode>BENCHF</ExternalServiceCode>
        <ExternalServiceEditionCode>2024</ExternalServiceEditionCode>
        <StartDate>2024-01-01</StartDate>
        <NextScheduledDate>${day}</NextScheduledDate>
        <NextDueDate>${day.slice(0, 8)}28</NextDueDate>
        <PeriodType>${pick(random, ['Annual', 'Monthly', 'Bimonthly', 'Quarterly'])}</PeriodType>
      </FormTask>
`,
      );
    },
    tail: '  </Subscription>\n</ServiceOwner>\n',
  };
}

/** A form set for each of the subscriptions that are due, and for every fifth of them a field. */
/** @param {Wish} wish @returns {Layout} */
function prefillsDue({ count, seed }) {
  const random = seededRandom(seed);
  const numbers = reportees(seed);
  return {
    head: prefillHead(`BENCH-PREFILLS-DUE-${count}-${seed}`),
    item: (index) => {
      const reportee = next(numbers);
      for (let skipped = 1; skipped < ONE_DUE_IN; skipped++) next(numbers);
      return inReportee(reportee, formSet(index, random, []) + (index % 5 === 0 ? ANSATTE : ''));
    },
    tail: PREFILL_TAIL,
  };
}

const ANSATTE = `      <Field>
        <Id>/Skjema/Regnskap/Ansatte</Id>
        <ValidFrom>2024-01-01</ValidFrom>
        <ValidTo>2024-12-31</ValidTo>
        <Value>17</Value>
      </Field>
`;

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
const PREFILL_TAIL = '  </Prefill>\n</ServiceOwner>\n';
const PLACES = ['Oslo', 'Bergen', 'Tromsø', 'Ålesund', 'Bodø', 'Hønefoss', 'Vadsø', 'Årdal'];

function prefillHead(/** @type {string} */ reference) {
  return `${declaration}<ServiceOwner xmlns="${SERVICE_OWNER}">
  <ServiceOwnerName>TTD-BENCH</ServiceOwnerName>
  <Prefill>
    <SequenceNo>1</SequenceNo>
    <ExternalShipmentReference>${reference}</ExternalShipmentReference>
`;
}

function inReportee(/** @type {string} */ reportee, /** @type {string} */ items) {
  return `    <Reportee>\n      <Id>${reportee}</Id>\n${items}    </Reportee>\n`;
}

function formSet(
  /** @type {number} */ index,
  /** @type {(below: number) => number} */ random,
  /** @type {string[]} */ identifyingFields,
) {
  const fields = identifyingFields.map((one) => `          <IdentifyingField>${one}</IdentifyingField>\n`).join('');
  return `      <FormTask>
        <ExternalServiceCode>BENCHF</ExternalServiceCode>
        <ExternalServiceEditionCode>2024</ExternalServiceEditionCode>
        <ValidFrom>2024-01-01</ValidFrom>
        <ValidTo>2024-12-31</ValidTo>
        <SendersReference>P-${index + 1}</SendersReference>
${fields === '' ? '' : `        <IdentifyingFields>\n${fields}        </IdentifyingFields>\n`}        <Form>
          <DataFormatId>4711</DataFormatId>
          <DataFormatVersion>1</DataFormatVersion>
          <SendersReference>P-${index + 1}-F</SendersReference>
          <FormData><![CDATA[${formData(index, random)}]]></FormData>
        </Form>
      </FormTask>
`;
}

/** About 500 bytes. */
function formData(/** @type {number} */ index, /** @type {(below: number) => number} */ random) {
  const place = pick(random, PLACES);
  return `<Skjema skjemanummer="4711" spesifikasjonsnummer="1">
  <Virksomhet><Navn>Øvelse nr. ${index + 1} &amp; sønner AS</Navn><Sted>${place}</Sted></Virksomhet>
  <Adresse><Gate>Storgata ${1 + random(200)}</Gate><Postnummer>${two(random(100))}${two(random(100))}</Postnummer><Poststed>${place}</Poststed></Adresse>
  <Regnskap><Omsetning>${random(90_000_000)}</Omsetning><Kostnader>${random(80_000_000)}</Kostnader><Ansatte>${random(500)}</Ansatte></Regnskap>
  <Merknad>Tallene er hentet fra fjorårets oppgave og må kontrolleres før innsending.</Merknad>
</Skjema>`;
}

function body(/** @type {(below: number) => number} */ random) {
  return `<h1>Til deg i ${pick(random, PLACES)}</h1><p>Vi har behandlet saken din og kommet til at beløpet er <b>${random(900_000)} kroner</b>.</p><p>Har du spørsmål, så ring oss på 55 55 55 55 mellom klokka 9 og 15 &amp; oppgi sak ${random(10_000_000)}.</p>`;
}

/** Base64 of bytes that differ from item to item: slices of one pool, since filling each anew would only cost time. */
function attachments(/** @type {(below: number) => number} */ random) {
  const pool = Buffer.alloc(64 * ATTACHMENT_BYTES);
  for (let at = 0; at < pool.length; at++) pool[at] = random(256);
  return () => {
    const start = random(pool.length - ATTACHMENT_BYTES);
    return pool.subarray(start, start + ATTACHMENT_BYTES).toString('base64');
  };
}

function next(/** @type {Generator<string, void, void>} */ numbers) {
  const one = numbers.next();
  if (one.done) throw new RangeError('There are no more distinct reportee numbers: ask for fewer items.');
  return one.value;
}

function pick(/** @type {(below: number) => number} */ random, /** @type {string[]} */ values) {
  return values[random(values.length)];
}

function two(/** @type {number} */ value) {
  return String(value).padStart(2, '0');
}
