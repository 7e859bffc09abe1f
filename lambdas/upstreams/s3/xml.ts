/**
 * XML as S3 writes it: elements with text or with elements, no attribute that matters, no comment, no CDATA. Every
 * reader takes it from here but the listing of pages, where a tree would cost more than the network (`listing/page.ts`).
 */

export interface XmlElement {
  name: string;
  /** Unescaped; empty where the element has children. */
  text: string;
  children: XmlElement[];
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Text with its entities and character references resolved: `&quot;1&#x2B;1&quot;` is `"1+1"`. */
export function unescapeXml(text: string): string {
  return text.replace(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return NAMED[name] ?? whole;
    const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}

/** One tag, with the text before it. */
const TAG = /([^<]*)<(\/?)([A-Za-z_][\w.:-]*)(?:\s[^<>]*?)?(\/?)>/y;

/**
 * The root element of a document; `null` for anything that is not one whole document of this kind: no text at all, HTML,
 * half an answer, something after the end.
 */
export function parseXml(document: string): XmlElement | null {
  const text = document.replace(/^\uFEFF?\s*(?:<\?xml[^>]*\?>)?\s*/, '').trimEnd();
  const outermost: XmlElement = { name: '', text: '', children: [] };
  const open = [outermost];
  let end = 0;
  for (TAG.lastIndex = 0; ; end = TAG.lastIndex) {
    const tag = TAG.exec(text);
    if (tag === null) break;
    const [, before = '', closing, name = '', empty] = tag;
    const innermost = open.at(-1) ?? outermost;
    if (closing === '/') {
      if (open.length < 2 || innermost.name !== name) return null;
      if (innermost.children.length === 0) innermost.text = unescapeXml(before);
      open.pop();
      continue;
    }
    const element: XmlElement = { name, text: '', children: [] };
    innermost.children.push(element);
    if (empty !== '/') open.push(element);
  }
  const [root] = outermost.children;
  const whole = end === text.length && open.length === 1 && outermost.children.length === 1;
  return whole && root !== undefined ? root : null;
}

/** The text of the first child of that name; `null` when there is none. `<Size/>` is an empty text. */
export function childText(parent: XmlElement, name: string): string | null {
  return parent.children.find((child) => child.name === name)?.text ?? null;
}

/** The children of that name, in the document's order. */
export function childrenOf(parent: XmlElement, name: string): XmlElement[] {
  return parent.children.filter((child) => child.name === name);
}
