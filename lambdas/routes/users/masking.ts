/** Personal data as a caller sees it who may not, or did not ask to, see it in clear. */

/**
 * Last labels of a domain whose part after the `@` may be shown: the generic ones that mail is known to come from, and
 * those that are set aside for tests and for networks of one's own (RFC 2606, RFC 6762, ICANN's `.internal`). Countries
 * have two letters, internationalised ones `xn--`. A short list, as most words are some top-level domain today and
 * `acme@jan.smit` is a login that holds a name: what is not known to be a domain stays hidden.
 */
const TOP_LEVEL =
  /^(?:[a-z]{2}|xn--[a-z0-9-]{1,59}|com|org|net|edu|gov|mil|int|info|biz|coop|museum|aero|mobi|email|cloud|app|dev|online|tech|agency|company|group|shop|store|bank|health|school|university|example|test|invalid|localhost|local|internal|lan|corp|home)$/;
/** RFC 1035, 2.3.4: labels of 63 characters, 253 in all. Letters of any script, as an address may be internationalised. */
const LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?$/u;
const MAX_DOMAIN = 253;

const HIDDEN = '***';

/** What a mask keeps beside the first character. */
export type Kept = 'domain' | 'nothing';

/**
 * A text of which its first character is shown, and with `domain` what stands after the last `@`, as that is an
 * organisation and no person: `anna@example.com` is `a***@example.com`, `Anna Jansen` is `A***`.
 *
 * The first character is shown where it is a letter or a digit and more than it follows (else it would be the whole
 * text): `@jan`, `-`, `x` and the empty text are `***`. The domain is shown where a letter or digit stands before the
 * `@` and it looks like a domain: `acme@jan.smit` is `a***`. One code point at most is taken of a letter that is built
 * of several, so that neither half a character nor a heap of combining marks gets through.
 */
export function maskText(text: string, kept: Kept): string {
  const at = kept === 'domain' ? text.lastIndexOf('@') : -1;
  const local = at === -1 ? text : text.slice(0, at);
  const domain = at === -1 ? '' : text.slice(at + 1);
  const [first] = /^[\p{L}\p{N}](?=\p{M}*\P{M})/u.exec(local) ?? [''];
  const shown = /[\p{L}\p{N}]/u.test(local) && isDomain(domain);
  return `${first}${HIDDEN}${shown ? `@${domain}` : ''}`;
}

function isDomain(text: string): boolean {
  if (text.length > MAX_DOMAIN) return false;
  const labels = text.split('.');
  return (
    labels.length > 1 &&
    labels.every((label) => LABEL.test(label)) &&
    TOP_LEVEL.test(labels.at(-1)?.toLowerCase() ?? '')
  );
}

/** The day of an ISO 8601 time: the minute of a login says who it was to anybody who sat beside. */
export function maskTime(time: string): string {
  return time.slice(0, 10);
}
