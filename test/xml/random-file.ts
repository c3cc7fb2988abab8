/** Random files of the four formats, well-formed and as odd as XML allows, with their items' places on record. */
import fc from 'fast-check';

/** Where an item stands in the source, in UTF-16 units. */
export interface MadeItem {
  readonly shipment: number;
  /** 1-based place of its Reportee in the shipment; null in formats without one. */
  readonly group: number | null;
  readonly groupId: string | null;
  readonly start: number;
  readonly end: number;
}

export interface MadeShipment {
  readonly reference: string | null;
  readonly sequenceNo: string | null;
}

export interface MadeFile {
  readonly source: string;
  readonly items: readonly MadeItem[];
  readonly shipments: readonly MadeShipment[];
  readonly systemUserCode: string;
}

const SERVICE_OWNER = 'http://schemas.altinn.no/services/intermediary/serviceinitiation/2009/10';
const CORRESPONDENCE = 'http://schemas.altinn.no/services/intermediary/correspondence/2009/10';

/** A part of the file: text, or one that says what it is. */
type Part = string | { readonly item: string } | { readonly group: readonly Part[]; readonly id: string };

const LOOK_ALIKES = '<FormTask></Reportee><Correspondence/></Message> & ]] > ]]]&gt; "\' 𝄞é\r\n</ServiceOwner>';

const blank = fc.constantFrom('', '', ' ', '\n', '\r\n', '\t', '\n\n  ', ' \r\n\t');
const comment = fc.constantFrom('<!---->', `<!-- ${LOOK_ALIKES.replaceAll('-', '')} -->`, '<!--\n<Id>- -> 😀\n-->');
const instruction = fc.constantFrom('<?odd?>', '<?odd <FormTask> ?> \r\n', '<?x-y ]]> "\' 𝄞 ?>');
const between = fc
  .tuple(blank, fc.oneof({ weight: 4, arbitrary: blank }, comment, instruction), blank)
  .map((parts) => parts.join(''));
const prefix = fc.constantFrom('', 'ns0:', 'ø.-1:');
const text = fc.oneof(
  fc.constantFrom('', 'a', ' æøå ', '\r\n', '𝄞😀', '&lt;FormTask&gt;&amp;&#229;&#x1F600;', '> ]] \'"', 'x\ny\n\n'),
  fc
    .string({ unit: 'grapheme', maxLength: 8 })
    .map((value) => value.replace(/[<&\p{Cc}\p{Cs}\uFFFE\uFFFF]|\]\]>/gu, '')),
);
const cdata = fc.constantFrom(
  '<![CDATA[]]>',
  `<![CDATA[${LOOK_ALIKES}]]>`,
  '<![CDATA[]]]]><![CDATA[>]]>',
  '<![CDATA[]]]>',
);
const declaration = fc.constantFrom(
  '',
  '',
  ' xmlns:q="urn:q>/"',
  "\n\txmlns:r = 'urn:r\"'",
  ' xmlns:o="urn:o"\r\n xmlns:i="urn:i"',
);
const attributes = fc
  .tuple(
    declaration,
    fc.constantFrom('', ' a=">"', " b='<'".replace('<', '/>'), ' c="&quot;&#10;𝄞" d=\'"\'', '\r\n e=""'),
    blank,
  )
  .map((parts) => parts.join(''));

/** Elements inside items go by the names that mean something outside of them, too. */
const innerName = fc.constantFrom(
  'Id',
  'FormTask',
  'Field',
  'Reportee',
  'Prefill',
  'Correspondence',
  'Message',
  'Ælement',
  'A',
);
const { content } = fc.letrec<{ content: string; element: string }>((tie) => ({
  content: fc
    .array(fc.oneof({ maxDepth: 3 }, text, cdata, comment, instruction, tie('element')), { maxLength: 4 })
    .map((parts) => parts.join('')),
  element: fc
    .tuple(prefix, innerName, attributes, tie('content'), blank, fc.boolean())
    .map(([before, name, given, inner, space, isEmpty]) =>
      element(before + name, given, isEmpty ? null : inner, space),
    ),
}));

function item(names: readonly string[], withPrefix = prefix): fc.Arbitrary<Part> {
  return fc
    .tuple(withPrefix, fc.constantFrom(...names), attributes, content, blank, fc.integer({ min: 0, max: 9 }))
    .map(([before, name, given, inner, space, one]) => ({
      item: element(before + name, given, one === 0 ? null : inner, space),
    }));
}

function element(name: string, given: string, inner: string | null, space: string): string {
  return inner === null ? `<${name}${given}/>` : `<${name}${given}>${inner}</${name}${space}>`;
}

const idText = fc.constantFrom('910000000', '12345678901', '', 'a&amp;b', '&#57;1', 'x');

/** Mostly plain: an Id, then items. */
function reportee(items: readonly string[]): fc.Arbitrary<Part> {
  const space = { minLength: 1, maxLength: 4 };
  return fc
    .tuple(
      prefix,
      fc.oneof({ weight: 5, arbitrary: fc.constant('') }, attributes),
      fc.oneof({ weight: 5, arbitrary: fc.constant('') }, attributes),
      idText,
      fc.array(fc.tuple(between, item(items)), { maxLength: 4 }),
      fc.array(between, space),
      fc.integer({ min: 0, max: 19 }),
    )
    .map(([before, given, onId, id, inside, gaps, oddity]) => {
      const idElement = element(`${before}Id`, onId, id, '');
      const odd = [`${before}Id`, 'Stray', 'Index'].map((name) => element(name, '', 'odd', ''))[oddity] ?? '';
      const afterItems = oddity === 3 ? 'stray text' : odd;
      const group = [gaps[0] ?? '', idElement, ...inside.flat(), gaps[1] ?? '', afterItems, gaps[2] ?? ''];
      const open = `<${before}Reportee${given}>`;
      return { group: [open, ...group, `</${before}Reportee>`], id: decoded(id) };
    });
}

function decoded(id: string): string {
  return id.replace('&amp;', '&').replace('&#57;', '9');
}

const shipmentHead = fc.record({
  reference: fc.constantFrom('ref 1', '  æ\t𝄞 ', 'R<2>&'),
  sequenceNo: fc.constantFrom(null, '1', '007'),
});

interface Shipment extends MadeShipment {
  readonly parts: readonly Part[];
}

function serviceOwnerPart(name: string, items: readonly string[]): fc.Arbitrary<Shipment> {
  return fc
    .tuple(
      prefix,
      attributes,
      shipmentHead,
      fc.array(fc.tuple(between, reportee(items)), { maxLength: 4 }),
      between,
      between,
    )
    .map(([before, given, head, groups, gap, last]) => ({
      ...head,
      parts: [
        `<${before}${name}${given}>`,
        gap,
        head.sequenceNo === null ? '' : `<${before}SequenceNo>${head.sequenceNo}</${before}SequenceNo>`,
        `<${before}ExternalShipmentReference>${escaped(head.reference)}</${before}ExternalShipmentReference>`,
        ...groups.flat(),
        last,
        `</${before}${name} >`,
      ],
    }));
}

const serviceOwner: fc.Arbitrary<MadeFile> = fc
  .tuple(
    prolog(),
    prefix,
    attributes,
    fc.option(serviceOwnerPart('Subscription', ['FormTask'])),
    fc.option(serviceOwnerPart('Prefill', ['FormTask', 'Field'])),
    fc.array(between, { minLength: 4, maxLength: 4 }),
  )
  .map(([before, root, given, subscription, prefill, gaps]) => {
    const shipments = [subscription, prefill].filter((one) => one !== null);
    const name = `<${root}ServiceOwnerName>SKD</${root}ServiceOwnerName>`;
    const open = `${before}<${root}ServiceOwner ${bound(SERVICE_OWNER)}${given}>${gaps[0]}${name}${gaps[1]}`;
    return made(open, shipments, gaps[2] ?? '', `</${root}ServiceOwner>${gaps[3]}`);
  });

const correspondences: fc.Arbitrary<MadeFile> = fc
  .tuple(
    prolog(),
    prefix,
    attributes,
    shipmentHead,
    fc.array(fc.tuple(between, item(['Correspondence'])), { maxLength: 8 }),
    between,
  )
  .map(([before, root, given, head, items, last]) => {
    const fields = [
      `<${root}SystemUserCode>SKD</${root}SystemUserCode>`,
      `<${root}ShipmentReference><![CDATA[${head.reference}]]></${root}ShipmentReference>`,
      head.sequenceNo === null ? '' : `<SequenceNo>${head.sequenceNo}</SequenceNo>`,
    ];
    const open = `${before}<${root}Correspondences${given} ${bound(CORRESPONDENCE)}>`;
    return made(open, [{ ...head, parts: [...fields, ...items.flat()] }], last, `</${root}Correspondences\n>${last}`);
  });

/** AltUt has no namespace, so its prefixes stand in the names inside of its messages only. */
const altut: fc.Arbitrary<MadeFile> = fc
  .tuple(
    prolog(),
    attributes,
    fc.constantFrom(null, '1', '007'),
    fc.array(fc.tuple(between, item(['Message'], fc.constant(''))), { maxLength: 8 }),
    between,
  )
  .map(([before, given, sequenceNo, items, last]) => {
    const number = sequenceNo === null ? '' : ` sequenceno = '${sequenceNo}'`;
    const parts = [`<AltUt${number}>`, ...items.flat(), last, '</AltUt>'];
    const others = 'xmlns:ns0="urn:odd" xmlns:ø.-1="urn:odd"';
    const open = `${before}<GovOrgan name="SKD" ${others}${given}>`;
    return made(open, [{ reference: null, sequenceNo, parts }], last, '</GovOrgan>');
  });

export const randomFile: fc.Arbitrary<MadeFile> = fc.oneof(serviceOwner, correspondences, altut);

function prolog(): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom('', '<?xml version="1.0" encoding="utf-8"?>', "<?xml version='1.0'?>\r\n"), between)
    .map(([declared, gap]) => (declared === '' ? gap.trimStart() : declared + gap));
}

function bound(namespace: string): string {
  return `xmlns="${namespace}" xmlns:ns0 = '${namespace}' xmlns:ø.-1="${namespace}"`;
}

function escaped(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function made(open: string, shipments: readonly Shipment[], last: string, close: string): MadeFile {
  const items: MadeItem[] = [];
  let source = open;
  shipments.forEach(({ parts }, shipment) => {
    let groups = 0;
    const put = (part: Part, group: number | null, groupId: string | null): void => {
      if (typeof part === 'string') {
        source += part;
      } else if ('item' in part) {
        items.push({ shipment, group, groupId, start: source.length, end: source.length + part.item.length });
        source += part.item;
      } else {
        groups++;
        for (const one of part.group) put(one, groups, part.id);
      }
    };
    for (const part of parts) put(part, null, null);
  });
  const heads = shipments.map(({ reference, sequenceNo }) => ({ reference, sequenceNo }));
  return { source: source + last + close, items, shipments: heads, systemUserCode: 'SKD' };
}
