/** Whether a text looks like a secret by itself: known forms of credentials, and random-looking tokens. */

/** Forms that are credentials wherever they stand. Sources: the issuers' documentation of their prefixes. */
const KNOWN_FORMS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}/,
  /\bglpat-[\w-]{16,}/,
  /\bxox[abeoprs]-[\w-]{10,}/,
  /\b[sr]k[-_](?:live|test|proj|ant)[-_][\w-]{8,}|\bsk-[A-Za-z0-9]{20,}/,
  /\bwhsec_\w{8,}/,
  /\bAIza[\w-]{30,}/,
  /\bSG\.[\w-]{16,}\.[\w-]{16,}/,
  /\bya29\.[\w-]{10,}/,
  /\b(?:npm|hvs|dop|shpat|shpss|EAAC)[_.]\w{16,}/,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\./,
  /\bhttps:\/\/hooks\.slack\.com\/services\/\S+/,
  /\bhttps:\/\/[\w-]*\.webhook\.office\.com\/\S+/,
  /\bhttps:\/\/discord(?:app)?\.com\/api\/webhooks\/\S+/,
  /^(?:Basic|Bearer|Token|ApiKey|Digest) +\S{8,}$/i,
  // Mendix's own: values of the Encryption module, hashed passwords.
  /\{AES[23]?\}\S{8,}/,
  /\{BCrypt\}\$|\$2[aby]\$\d\d\$/,
  // User info in an address, and credentials in its parameters or in a connection string.
  /^[a-z][a-z0-9+.:-]*:\/\/[^\s/?#@:]*:[^\s/?#@]+@/i,
  /[?&#;](?:[\w-]*(?:token|secret|password|passwd|pwd|signature|apikey|api_key|api-key|accesskey|access_key)|sig|key|code|auth)=[^&\s;]{4,}/i,
  /(?:password|pwd|accountkey|sharedaccesskey|sharedaccesssignature|secret|token)\s*=\s*[^;\s]{3,}/i,
  /"(?:\w*(?:private_key|password|secret|token|api_?key))"\s*:\s*"[^"]{3,}"/i,
];

/** Random-looking, but made to be read: addresses, identifiers, paths, versions, dates. */
const HARMLESS_FORMS: readonly RegExp[] = [
  /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  /^\{[0-9a-f-]{36}\}$/i,
  /^[a-z][a-z0-9+.-]*:\/\//i,
  /^(?:arn|urn):/i,
  /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
  /^(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?(?:\/\S*)?$/i,
  /^[A-Za-z]:[\\/]/,
  /^[\d\s.,:/+()TZ-]+$/,
];

/** Shorter texts are words more often than keys. */
const MIN_TOKEN = 16;

export function isSecretValue(text: string): boolean {
  const value = text.trim();
  if (value.length < 8) return false;
  if (KNOWN_FORMS.some((form) => form.test(value))) return true;
  if (HARMLESS_FORMS.some((form) => form.test(value))) return false;
  return isRandomToken(value);
}

/** One token without spaces that no person wrote: hexadecimal, or letters and digits mixed beyond what words do. */
function isRandomToken(value: string): boolean {
  if (isReadable(value)) return false;
  if (value.length < MIN_TOKEN || !/^[\w+/=~.!@#$%^&*-]+$/.test(value)) return false;
  if (/^[0-9a-f]+$/i.test(value)) return value.length >= 24 && /\d/.test(value) && /[a-f]/i.test(value);
  const classes = [/[a-z]/, /[A-Z]/, /\d/].filter((kind) => kind.test(value)).length;
  if (classes < 2 || !/\d/.test(value)) return classes === 2 && isShuffledCase(value);
  return entropy(value) >= 3.2 && changes(value) >= value.length * 0.22;
}

/** Words, numbers and dates with separators between them: `shop-prod-files-eu-west-1`. */
function isReadable(value: string): boolean {
  const parts = value.split(/[-_.:/]/);
  return parts.length > 2 && parts.every((part) => /^(?:[A-Za-z]{0,24}|\d{1,8}|[A-Za-z\d]{2})$/.test(part));
}

/** Letters only: words in camel case change case at word starts, random ones at any place. */
function isShuffledCase(value: string): boolean {
  return value.length >= 24 && entropy(value) >= 4 && changes(value) >= value.length * 0.4;
}

/** Shannon's, in bits a character. */
function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}

/** How often the kind of character (lower, upper, digit, other) changes from one to the next. */
function changes(value: string): number {
  const kinds = [...value].map((character) =>
    /[a-z]/.test(character) ? 'a' : /[A-Z]/.test(character) ? 'A' : /\d/.test(character) ? '0' : '-',
  );
  return kinds.filter((kind, index) => index > 0 && kind !== kinds[index - 1]).length;
}
