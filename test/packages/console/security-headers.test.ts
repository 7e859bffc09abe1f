import { globSync, readFileSync } from 'node:fs';
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

/** What would take a text for HTML, for code or for a frame. Trusted Types refuse them in a browser that has these. */
const SINKS =
  /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc|createPolicy|createContextualFragment|set(?:Timeout|Interval)\(['"`]/i;

test.each([
  'el.innerHTML = name',
  '<p dangerouslySetInnerHTML={{ __html: name }} />',
  "setTimeout('run()')",
  'eval(name)',
])('%s would be found', (code) => {
  expect(code).toMatch(SINKS);
});

test('nothing in the console takes a name for HTML or for code, whatever the name is', () => {
  const files = globSync('packages/console/**/*.{ts,tsx}', { exclude: (name) => /node_modules|dist$/.test(name) });
  expect(files.length).toBeGreaterThan(50);
  expect(files.filter((file) => SINKS.test(readFileSync(file, 'utf8')))).toEqual([]);
});
