/** Personal data as a caller sees it who may not, or did not ask to, see it in clear. */

/** The first character and, of an e-mail address, the domain: `a***@example.com`, `A***`. */
export function maskText(text: string): string {
  const at = text.lastIndexOf('@');
  const [local, domain] = at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at)];
  // By code point: half of a surrogate pair is no text.
  const [first = ''] = local;
  return `${first}***${domain}`;
}

/** The day of an ISO 8601 time: the minute of a login says who it was to anybody who sat beside. */
export function maskTime(time: string): string {
  return time.slice(0, 10);
}
