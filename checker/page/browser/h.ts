/** Builds elements. A text stays a text: nothing in the page parses markup. */
import { proseOf } from '../prose.ts';

type Child = Node | string | number | false | undefined;
type Value = string | number | boolean | undefined | ((event: Event) => void);
/**
 * Attributes of an element. A function is a listener, and `true` is an attribute without a value.
 */
export type Attributes = Readonly<Record<string, Value>>;

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  for (const child of children) {
    if (child !== false && child !== undefined) element.append(toNode(child));
  }
  return element;
}

const toNode = (child: Node | string | number): Node | string =>
  typeof child === 'number' ? String(child) : child;

/** Sets an attribute; undefined or false removes it. A function becomes a listener. */
export function setAttribute(element: Element, name: string, value: Value): void {
  if (typeof value === 'function') element.addEventListener(name.replace(/^on/, ''), value);
  else if (value === undefined || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? '' : String(value));
}

/** Prose of a file as nodes: what stands between backticks is code. */
export const proseNodes = (text: string): (Node | string)[] =>
  proseOf(text).map((piece) => (piece.code ? h('code', {}, piece.text) : piece.text));

/** A button that does something in this page. */
export const button = (label: string, onclick: () => void, attributes: Attributes = {}) =>
  h('button', { type: 'button', onclick, ...attributes }, label);

/** Turns the text of a picture that this program drew into an element. */
export function picture(svg: string): SVGSVGElement {
  const { documentElement } = new DOMParser().parseFromString(svg, 'image/svg+xml');
  return document.importNode(documentElement, true) as unknown as SVGSVGElement;
}

/** A choice among names, with a label. */
export function select(
  label: string,
  options: readonly (string | readonly [value: string, text: string])[],
  value: string,
  onchange: (value: string) => void,
): HTMLLabelElement {
  const items = options.map((option) => {
    const [name, text] = typeof option === 'string' ? [option, option] : option;
    return h('option', { value: name, selected: name === value }, text);
  });
  const control = h('select', {}, ...items);
  control.addEventListener('change', () => onchange(control.value));
  return h('label', { class: 'field' }, h('span', {}, label), control);
}
