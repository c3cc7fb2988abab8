/** Elements of two documents, as the native parser reads them, in a form that can be compared. */
import libxmljs from 'libxmljs2';

type Node = libxmljs.Node;

/** The items of a whole document, or of a chunk's, in document order, each as `asValue` gives it. */
export function itemsOf(document: Buffer, itemNames: ReadonlySet<string>): unknown[] {
  const root = libxmljs.parseXml(document as unknown as string, { nonet: true }).root() as libxmljs.Element;
  return under(root, itemNames);
}

function under(parent: libxmljs.Element, itemNames: ReadonlySet<string>): unknown[] {
  return elements(parent).flatMap((one) => (itemNames.has(one.name()) ? [asValue(one)] : under(one, itemNames)));
}

function elements(parent: libxmljs.Element): libxmljs.Element[] {
  return parent.childNodes().filter((node): node is libxmljs.Element => node.type() === 'element');
}

function asValue(node: Node): unknown {
  if (node.type() !== 'element') return [node.type(), node.toString()];
  const element = node as libxmljs.Element;
  const attributes = element
    .attrs()
    .map((one) => [one.namespace()?.href() ?? '', one.name(), one.value()].join(' '))
    .sort();
  return [element.namespace()?.href() ?? '', element.name(), attributes, element.childNodes().map(asValue)];
}
