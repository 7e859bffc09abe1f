/** The one kind of pattern that a configuration knows: `*` stands for any characters, all others for themselves. */

/**
 * Whether `pattern` covers the whole of `text`; case counts.
 *
 * Decided part by part and not by a regular expression, so that no sign of a name has a meaning of its own and no
 * pattern takes more than one pass. `*shop*-prod` against `webshop-2-prod`: the parts are ``, `shop` and `-prod`; the
 * first begins the text, the last ends it, `shop` is looked for in what is left between (`webshop-2`).
 *
 * @example matchesPattern('shop-*', 'shop-prod') // true
 * @example matchesPattern('shop-*', 'webshop-prod') // false
 */
export function matchesPattern(pattern: string, text: string): boolean {
  const parts = pattern.split('*');
  if (parts.length === 1) return pattern === text;
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let position = first.length;
  for (const part of parts.slice(1, -1)) {
    // The earliest place is always good enough: it leaves the most for the parts that follow.
    const start = text.indexOf(part, position);
    if (start === -1 || start + part.length > end) return false;
    position = start + part.length;
  }
  return true;
}
