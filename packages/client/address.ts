/** Addresses, and parameters in them. */

/** Hosts that nothing leaves this machine for: the only ones without TLS. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** @throws TypeError for what is no address, or would carry a token or a secret in clear */
export function secureAddress(text: string): URL {
  if (!URL.canParse(text)) throw new TypeError(`${text} is no address such as https://maas-api.example.com`);
  const address = new URL(text);
  const isClear = address.protocol === 'http:' && LOOPBACK.test(address.hostname);
  if (address.protocol !== 'https:' && !isClear) throw new TypeError(`${text} must begin with https://`);
  return address;
}

/**
 * The address of a request. Lists become comma lists, which the API takes for repeated parameters too, and what is undefined is left out.
 *
 * @example requestAddress(new URL('https://a.example/'), '/users', { active: true, fields: ['id', 'name'] }).href
 *   // 'https://a.example/users?active=true&fields=id%2Cname'
 */
export function requestAddress(api: URL, path: string, query: Readonly<Record<string, unknown>>): URL {
  const address = new URL(api);
  address.pathname = address.pathname.replace(/\/$/, '') + path;
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null) address.searchParams.set(name, String(value));
  }
  return address;
}

/** The cursor in `Link: <…?cursor=…>; rel="next"` (RFC 8288); `null` on the last page. */
export function nextCursorOf({ headers }: Response): string | null {
  const target = /<([^>]*)>\s*;[^,]*\brel="?next\b/.exec(headers.get('link') ?? '')?.[1];
  return target === undefined ? null : new URL(target, 'https://relative.invalid').searchParams.get('cursor');
}
