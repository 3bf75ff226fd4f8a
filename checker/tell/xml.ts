/** Writes XML. Text that it is given can only become text. */

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes text or the value of an attribute. XML has no place for control characters. */
export const escapeXml = (text: string): string =>
  text
    .replace(/[&<>"']/g, (letter) => ENTITIES[letter])
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');

/** Writes an element. `content` is already XML. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  content = '',
): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== '')
    .map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`)
    .join('');
  return content === '' ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`;
}

/** Rounds a coordinate to a tenth of a pixel. */
export const round = (value: number): number => Math.round(value * 10) / 10;
