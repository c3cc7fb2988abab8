import type { AttributeFact, Content, ElementFact } from './facts.js';

/** An instance, the verdict that the facts give it, and the sentence that says so. */
export interface Case {
  readonly sentence: string;
  readonly xml: string;
  readonly valid: boolean;
}

/** What a case changes of the instance that holds everything once; each field names the only place that it touches. */
interface Change {
  readonly element: ElementFact;
  readonly times?: number;
  readonly inside?: string;
  readonly attribute?: { readonly name: string; readonly value: string | null };
  readonly children?: readonly ElementFact[];
  /** Markup put before the first child. */
  readonly stray?: string;
}

const XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';

/** Every row of the facts as instances that keep to it and instances that break exactly it. */
export function casesOf(root: ElementFact, namespace: string | null): Case[] {
  const instance = (change: Change | null, trail: readonly ElementFact[] = []): string =>
    `<${root.name} ${namespace === null ? '' : `xmlns="${namespace}" `}${XSI}${body(root, change, new Set(trail))}`;
  const cases: Case[] = [
    { sentence: `accepts a ${root.name} with all that may stand in it`, xml: instance(null), valid: true },
    {
      sentence: `accepts a ${root.name} with only what must stand in it`,
      xml: `<${root.name} ${namespace === null ? '' : `xmlns="${namespace}" `}${XSI}${body(least(root), null, new Set())}`,
      valid: true,
    },
  ];
  const walk = (element: ElementFact, trail: readonly ElementFact[], among: Content | null): void => {
    const path = trail.map((one) => one.name).join('/');
    const add = (valid: boolean, what: string, change: Omit<Change, 'element'>): void => {
      const xml = instance({ element, ...change }, trail);
      cases.push({ sentence: `${valid ? 'accepts' : 'refuses'} ${path} ${what}`, xml, valid });
    };
    occurrenceCases(element, among, add);
    attributeCases(element, add);
    contentCases(element, namespace, add);
    if (element.content.kind === 'sequence' || element.content.kind === 'choice') {
      for (const child of element.content.elements) walk(child, [...trail, child], element.content);
    }
  };
  walk(root, [root], null);
  return cases;
}

type Add = (valid: boolean, what: string, change: Omit<Change, 'element'>) => void;

function occurrenceCases(element: ElementFact, among: Content | null, add: Add): void {
  if (among === null) return;
  if (among.kind === 'sequence') add(element.min === 0, 'left out', { times: 0 });
  add(element.max > 1, 'standing there twice', { times: 2 });
  if (element.max > 2 && Number.isFinite(element.max)) {
    add(true, `standing there ${element.max} times`, { times: element.max });
    add(false, `standing there ${element.max + 1} times`, { times: element.max + 1 });
  }
  add(element.nillable, 'when it is nil', { attribute: { name: 'xsi:nil', value: 'true' }, inside: '' });
}

function attributeCases(element: ElementFact, add: Add): void {
  for (const attribute of element.attributes) {
    add(!attribute.required, `without @${attribute.name}`, { attribute: { name: attribute.name, value: null } });
    for (const value of attribute.value.good) {
      add(true, `with @${attribute.name} ${shown(value)}`, { attribute: { name: attribute.name, value } });
    }
    for (const value of attribute.value.bad) {
      add(false, `with @${attribute.name} ${shown(value)}`, { attribute: { name: attribute.name, value } });
    }
  }
  if (element.content.kind !== 'any') {
    add(false, 'with an attribute that it does not have', { attribute: { name: 'stray', value: 'x' } });
  }
}

function contentCases(element: ElementFact, namespace: string | null, add: Add): void {
  const { content } = element;
  if (content.kind === 'value') {
    for (const value of content.value.good) add(true, `holding ${shown(value)}`, { inside: escaped(value) });
    for (const value of content.value.bad) add(false, `holding ${shown(value)}`, { inside: escaped(value) });
    add(false, 'holding an element', { inside: '<Stray/>' });
    return;
  }
  if (content.kind === 'empty') {
    add(false, 'holding text', { inside: 'text' });
    add(false, 'holding an element', { inside: '<Stray/>' });
    return;
  }
  if (content.kind === 'any') {
    for (const inside of ANY_MARKUP) add(true, `holding ${shown(inside)}`, { inside });
    add(true, 'with an attribute of its own', { attribute: { name: 'class', value: 'x' } });
    return;
  }
  add(false, 'with text between its elements', { stray: 'text' });
  add(false, 'with an element that it does not have', { stray: '<Stray/>' });
  if (namespace !== null) add(false, 'with an element of no namespace', { stray: '<Id xmlns="">1</Id>' });
  if (content.kind === 'choice') {
    add(content.optional, 'with none of its choices', { children: [] });
    for (const [first, second] of neighbours(content.elements)) {
      add(false, `with both ${first.name} and ${second.name}`, { children: [first, second] });
    }
    return;
  }
  for (const [first, second] of neighbours(content.elements)) {
    const children = content.elements.map((one) => (one === first ? second : one === second ? first : one));
    add(false, `with ${second.name} before ${first.name}`, { children });
  }
}

const ANY_MARKUP = [
  '',
  'text &amp; more',
  '<![CDATA[<p>]]>',
  '<p>own <b class="x">names</b></p>',
  'mixed <p xmlns="http://www.w3.org/1999/xhtml">in <br/> another</p> vocabulary',
  '<p xmlns="">in no namespace</p>',
  '<a:p xmlns:a="urn:a" a:b="c" xml:lang="nb"><!-- note --><?target data?></a:p>',
];

/** From the end of the start tag's name on: attributes, content and end tag. */
function body(element: ElementFact, change: Change | null, trail: ReadonlySet<ElementFact>): string {
  const own = change?.element === element ? change : null;
  const attributes = attributeMarkup(element.attributes, own);
  const inside = own?.inside ?? (own?.stray ?? '') + contentMarkup(element.content, own, change, trail);
  return `${attributes}>${inside}</${element.name}>`;
}

function attributeMarkup(attributes: readonly AttributeFact[], own: Change | null): string {
  const values = new Map<string, string | null>(attributes.map((one) => [one.name, one.value.good[0] ?? '']));
  if (own?.attribute !== undefined) values.set(own.attribute.name, own.attribute.value);
  let markup = '';
  for (const [name, value] of values) if (value !== null) markup += ` ${name}="${escaped(value)}"`;
  return markup;
}

function contentMarkup(
  content: Content,
  own: Change | null,
  change: Change | null,
  trail: ReadonlySet<ElementFact>,
): string {
  if (content.kind === 'value') return escaped(content.value.good[0] ?? '');
  if (content.kind === 'any') return '<p xmlns="">any</p>';
  if (content.kind === 'empty') return '';
  const chosen = content.kind === 'choice' ? chosenOf(content.elements, trail) : content.elements;
  let markup = '';
  for (const child of own?.children ?? chosen) {
    const times = change?.element === child ? (change.times ?? 1) : 1;
    markup += `<${child.name}${body(child, change, trail)}`.repeat(times);
  }
  return markup;
}

/** The alternative on the way to the change; otherwise the first. */
function chosenOf(elements: readonly ElementFact[], trail: ReadonlySet<ElementFact>): readonly ElementFact[] {
  const onTheWay = elements.filter((one) => trail.has(one));
  return onTheWay.length > 0 ? onTheWay : elements.slice(0, 1);
}

/** The same element without anything that may be left out. */
function least(element: ElementFact): ElementFact {
  const attributes = element.attributes.filter((one) => one.required);
  return { ...element, attributes, content: leastContent(element.content) };
}

function leastContent(content: Content): Content {
  if (content.kind === 'sequence') {
    return { ...content, elements: content.elements.filter((one) => one.min > 0).map(least) };
  }
  if (content.kind !== 'choice') return content;
  return { ...content, elements: content.optional ? [] : content.elements.slice(0, 1).map(least) };
}

function neighbours(elements: readonly ElementFact[]): [ElementFact, ElementFact][] {
  const pairs: [ElementFact, ElementFact][] = [];
  elements.forEach((second, index) => {
    const first = elements[index - 1];
    if (first !== undefined) pairs.push([first, second]);
  });
  return pairs;
}

function escaped(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

function shown(value: string): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${[...value].length} characters ${text.slice(0, 9)}..."` : text;
}
