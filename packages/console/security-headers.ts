/**
 * The headers that the console's files are served with, in the cloud and on one machine. The pages obey them: no script,
 * style or picture but the files beside them, no address but the API's and the token endpoint's, no text made into HTML.
 */

/** Who the pages speak to. */
export interface ConsolePlace {
  /** Of the API: `https://maas-api.example.com`. */
  apiOrigin: string;
  /** Of the token endpoint. */
  tokenOrigin: string;
}

/**
 * Content-Security-Policy, level 3 (https://www.w3.org/TR/CSP3/) with Trusted Types: `trusted-types 'none'` lets no policy
 * be made, so what a page shows can only ever be text (https://www.w3.org/TR/trusted-types/).
 */
export function contentSecurityPolicy({ apiOrigin, tokenOrigin }: ConsolePlace): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${[...new Set([apiOrigin, tokenOrigin])].join(' ')}`,
    "base-uri 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

/** All of them, by their names in lower case. */
export function securityHeaders(place: ConsolePlace): Record<string, string> {
  return {
    'content-security-policy': contentSecurityPolicy(place),
    // Two years, as the preload list asks for at least one (RFC 6797).
    'strict-transport-security': 'max-age=63072000; includeSubDomains',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    // The address of a view says which environment somebody looks at.
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  };
}
