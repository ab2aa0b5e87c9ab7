/** XML as a tree of elements, by their local names: containers differ in the prefixes they choose. */
import { SaxesParser } from 'saxes';
import { misused } from '../cli-error.js';

export interface Element {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  text: string;
}

/** Levels; a container of PSKC has not half of them. */
const DEEPEST = 50;

/** No entity but XML's own is known, and nothing is fetched. */
export function parseXml(content: string): Element {
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  const parser = new SaxesParser();
  parser.on('error', () => misused('--file: this is not well-formed XML'));
  parser.on('opentag', ({ name, attributes }) => {
    if (open.length > DEEPEST) misused('--file: this is deeper than any export');
    const element = { name: localOf(name), attributes, children: [], text: '' };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  const add = (text: string): void => {
    const element = open.at(-1);
    if (element) element.text += text;
  };
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('closetag', () => open.pop());
  parser.write(content).close();
  return root;
}

function localOf(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** Everything below of that name, in the order of the document. */
export function all(element: Element | undefined, name: string): Element[] {
  const children = element?.children ?? [];
  return children.flatMap((child) => [
    ...(child.name === name ? [child] : []),
    ...all(child, name),
  ]);
}

/** The first below of that name. */
export function one(element: Element | undefined, name: string): Element | undefined {
  return all(element, name)[0];
}

export function text(element: Element | undefined): string {
  return element?.text.trim() ?? '';
}

export function attribute(element: Element | undefined, name: string): string {
  return element?.attributes[name] ?? '';
}
