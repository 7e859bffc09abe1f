/** Forms that are credentials wherever they stand. Sources: the issuers' documentation of their prefixes. */

const ISSUED: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----/,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}/,
  /\bglpat-[\w-]{16,}/,
  /\bxox[abeoprs]-[\w-]{10,}/,
  /\b[sr]k[-_](?:live|test|proj|ant)[-_][\w-]{8,}|\bsk-[A-Za-z0-9]{20,}/,
  /\bwhsec_\w{8,}/,
  /\bAIza[\w-]{30,}|\bGOCSPX-[\w-]{20,}/,
  /\bSG\.[\w-]{16,}\.[\w-]{16,}/,
  /\bya29\.[\w-]{10,}|\b1\/\/0[\w-]{20,}/,
  /\b(?:npm|hvs|dop_v1|shpat|shpss|EAAC|hf)[_.][\w-]{16,}/,
  /\bAGE-SECRET-KEY-\w{16,}/,
  // A JSON web token: header and body begin with `{"`.
  /\beyJ[\w-]{8,}\.[\w-]{8,}\./,
  // A private key's DER in base64: SEQUENCE, version 0, RSA or EC (RFC 5958).
  /^MII[A-Za-z0-9+/]{2}QIBADANBgkqhkiG/,
  // Product keys: groups of four or five capitals and digits.
  /^(?=.*\d)(?=.*[A-Z])(?:[A-Z0-9]{5}(?:-[A-Z0-9]{5}){3,}|[A-Z0-9]{4}(?:-[A-Z0-9]{4}){3,})$/,
  // What products are delivered with: Java's key stores, Firebird.
  /^(?:changeit|changeme|change_me|letmein|masterkey|toor|qwerty|iloveyou)$/i,
  // App passwords of Google and Apple: sixteen letters, shown in fours.
  /^[a-z]{4}([ -])[a-z]{4}\1[a-z]{4}\1[a-z]{4}$/,
  // Recovery phrases of 12, 15 … 24 words from a list of words of three to eight letters (BIP 39).
  /^(?:[a-z]{3,8} ){11}(?:(?:[a-z]{3,8} ){3}){0,4}[a-z]{3,8}$/,
  // Mendix's own: values of the Encryption module, hashed passwords.
  /\{AES[23]?\}\S{8,}/,
  /\{BCrypt\}\$|\$2[aby]\$\d\d\$/,
];

/** Addresses that are the permission by themselves. */
const CAPABILITY_URLS: readonly RegExp[] = [
  /\bhttps:\/\/hooks\.slack\.com\/services\/\S+/,
  /\bhttps:\/\/[\w-]*\.webhook\.office\.com\/\S+/,
  /\bhttps:\/\/discord(?:app)?\.com\/api\/webhooks\/\S+/,
  /\bhttps:\/\/hooks?\.(?:zapier\.com\/hooks\/catch|[\w-]+\.make\.com)\/\S+/,
  /\/bot\d{6,}:[\w-]{20,}/,
  /\botpauth:\/\//,
];

/** Login and password side by side. */
const PAIRS: readonly RegExp[] = [
  /(?:^|:\s?)(?:Basic|Bearer|Token|ApiKey|Digest) +\S{8,}$/i,
  // A session as a header (RFC 6265, 4.1 and 4.2); what is short is a setting: Cookie: consent=yes
  /^(?:Set-)?Cookie: ?[^\s=;,]{1,100}=[^\s;]{8,}/im,
  // User info in an address (RFC 3986, 3.2.1); the password may hold "/" and "@" that nobody encoded.
  /\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/?#@:]*:[^\s/?#@]+@/i,
  // A key in place of the login, as Sentry's addresses have it.
  /:\/\/\w{20,}@/,
  // LDAP's form, with a distinguished name as login.
  /\bldaps?:\/\/[^\s/?#@]{1,200}:[^\s/?#@]+@/i,
  // Oracle's thin driver and SQL*Plus: scott/tiger@//host:1521/service.
  /(?:^|[:\s])[\w.$-]{1,100}\/[^\s/@]{1,100}@[\w/(]/,
  /[?&#;](?:sig|code|auth|key|aeg-sas-key|x-amz-signature)=[^&\s;]{4,}/i,
  // A login and one letter for its password: u=svc&p=summer
  /\b(?:u|uid|usr|user|username|login)=[^&;,\s]{0,100}[&;,] ?p=[^&;,\s]/i,
  // curl -u user:password, mysql -ppassword
  /(?:^|\s)-u ?[\w.-]{1,100}:\S+|\bmysql\b[^\n]{0,200}\s-p\S{3,}/,
  /\bidentified by \S/i,
  /\bmachine \S{1,200} login \S{1,200} password \S/,
];

const FORMS: readonly RegExp[] = [...ISSUED, ...CAPABILITY_URLS, ...PAIRS];

/** Whether a text is, or holds, a credential by a form that is nothing else. */
export function isCredentialForm(text: string): boolean {
  return FORMS.some((form) => form.test(text)) || isEncodedLogin(text);
}

/** A login and its password as HTTP's Basic scheme has them (RFC 7617): base64 of `user:password`. */
function isEncodedLogin(text: string): boolean {
  const [, encoded = ''] = /(?:^|[\s=:"])([A-Za-z0-9+/]{8,200}={0,2})$/.exec(text) ?? [];
  if (encoded.length % 4 !== 0) return false;
  return /^[\x20-\x39\x3b-\x7e]+:[\x20-\x7e]+$/.test(Buffer.from(encoded, 'base64').toString('latin1'));
}
