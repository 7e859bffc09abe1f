/** Addresses without credentials. */

import type { IsHarmlessPart } from './form.ts';
import { isComposite, isIdentifier, isNumberedWord } from './letters.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Identity providers have a tenant's id in their paths, which is public. */
const TENANT_HOSTS = /^(?:login\.microsoftonline\.com|sts\.windows\.net|[\w-]+\.b2clogin\.com)$/i;

/** A connection string's properties after the address: `;databaseName=crm`. */
const PROPERTIES = /^([^;]*);(.+)$/;

/** `https`, `s3`, `git+ssh`, `jdbc:oracle:thin`: a token with an address behind it is none. */
const SCHEME = String.raw`(?:jdbc:)?[a-z]{1,15}\d{0,2}(?:[+.:-][a-z]{1,15}\d{0,2}){0,3}`;
const ADDRESS = new RegExp(
  String.raw`^${SCHEME}:(?:\/\/|@(?:\/\/)?)([^\s/?#@]{0,255})((?:\/[^\s?#]*)?)(?:\?([^\s#]*))?(?:#(\S*))?$`,
  'i',
);

/**
 * `scheme://host[:port]/path?query#fragment` (RFC 3986), with `jdbc:` before it or not. Path and query are read part by
 * part: `https://acme.example/orders?page=1` is harmless, `https://acme.example/hook/k3J9fD2m` is not known to be.
 *
 * `jdbc:sqlserver://db.example.org:1433;databaseName=crm`: the properties behind the semicolon are pairs, each harmless
 * under its own label; the rest is an address whose authority is the host db.example.org with a port. An authority with
 * an "@" has somebody's login in it, so it is not known to be harmless, whatever the login is.
 */
export function isHarmlessUrl(text: string, isHarmlessPart: IsHarmlessPart): boolean {
  const [, address = '', properties = ''] = PROPERTIES.exec(text) ?? [null, text, ''];
  if (properties !== '' && !isHarmlessPart(properties, null)) return false;
  const parts = ADDRESS.exec(address);
  if (parts === null) return false;
  const [, authority = '', path = '', query = '', fragment = ''] = parts;
  const host = authority.replace(/:(?:\d{1,5}|\{\w+\})(?=[:/]|$)/, '');
  // Behind the host of Oracle's thin driver stands the service: `@db.example.org:1521:orcl`.
  const [name = '', ...services] = /^\[[^\]]*\]$/.test(host) ? [host] : host.split(':');
  if (!isHost(name) || !services.every(isIdentifier)) return false;
  return (
    isHarmlessPath(path, TENANT_HOSTS.test(host)) &&
    isHarmlessQuery(query, isHarmlessPart) &&
    (fragment === '' || isHarmlessPath(fragment, false))
  );
}

/** A host's name is no secret, whatever it is made of. */
export function isHost(text: string): boolean {
  return /^(?:[\p{L}\p{N}*_-]|\{\w*\}|(?<=.)\.(?!\.)){0,255}$/u.test(text) || /^\[[0-9a-f:.]{2,45}\]$/i.test(text);
}

/** Folders and a file; each part a word, a number, a name with digits, something that is put in later. */
export function isHarmlessPath(path: string, tenant: boolean): boolean {
  return path.split('/').every((part) => {
    const decoded = decode(part);
    return decoded === '' || isHarmlessSegment(decoded) || (tenant && UUID.test(decoded));
  });
}

/** `name=value` with `&` between them; a value under the name of a secret never passes. */
export function isHarmlessQuery(query: string, isHarmlessPart: IsHarmlessPart): boolean {
  return query.split('&').every((pair) => {
    const [name = '', ...value] = pair.split('=');
    const decoded = decode(value.join('='));
    if (!/^[$\w.[\]-]{0,60}$/.test(decode(name))) return false;
    return decoded === '' || (isHarmlessSegment(decoded) && isHarmlessPart('x', name)) || isHarmlessPart(decoded, name);
  });
}

/** One part of a path, or a value: `orders`, `v2`, `{id}`, `Orders(1)`, `OrderTemplate_v2.docx`; not `k3J9fD2m`. */
function isHarmlessSegment(text: string): boolean {
  if (/^(?:\.{1,2}|~|\*{1,2}|[+#]|\{[\w:]{0,30}\}|\$\w{1,20})$/.test(text)) return true;
  // `order-{id}`: what is around the placeholder is read by itself.
  const around = text.split(/\{[\w:]{0,30}\}/);
  if (around.length > 1) return around.every((part) => /^[.-]?$/.test(part) || isHarmlessSegment(part));
  const parts = text.split(/[ .,_()'*;&!-]/).filter((part) => part !== '');
  return (
    text.length <= 120 &&
    (/^\d{1,15}$/.test(text) ||
      isIdentifier(text) ||
      isComposite(text) ||
      (parts.length > 0 && parts.every(isNumberedWord)))
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
