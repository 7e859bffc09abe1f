import { contentSecurityPolicy, securityHeaders } from '@mrt/console/security-headers.ts';
import { expect, test } from 'vitest';

const place = {
  apiOrigin: 'https://maas-api.example.com',
  tokenOrigin: 'https://mrt.auth.eu-west-1.amazoncognito.com',
};

test('the policy lets the console’s own files in, the API and the token endpoint, and nothing else', () => {
  const policy = contentSecurityPolicy(place);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain(`connect-src 'self' ${place.apiOrigin} ${place.tokenOrigin};`);
  expect(policy).toContain("require-trusted-types-for 'script'; trusted-types 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|\*|data:|blob:|http:/);
});

test('the other headers keep addresses, frames and guessed types out', () => {
  expect(securityHeaders(place)).toMatchObject({
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
  });
});
