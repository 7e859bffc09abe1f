import { expect, test } from 'vitest';
import { fingerprinter } from '../../../../lambdas/routes/micro_flow_constants/fingerprint.ts';
import { FINGERPRINT_KEY } from './deployments.ts';

const candidate = (value: string) => ({
  source: 'archive',
  via: 'DefaultValue',
  typed: { value, note: null, canonical: `string:${value}` },
  empty: value === '',
  note: null,
});
const masked = { secret: 'name' } as const;
const shown = { secret: null };

// HMAC-SHA-256 under 32 bytes 07, first 16 bytes, of `constant:masked:string:winter` and `constant:shown:string:winter`:
// printf constant:masked:string:winter | openssl dgst -sha256 -mac HMAC -macopt hexkey:$(printf '07%.0s' $(seq 32))
test('are keyed with the published key, and with nothing else', () => {
  const fingerprint = fingerprinter(FINGERPRINT_KEY);
  expect(fingerprint(candidate('winter'), masked)).toBe('v1:333fa51f6b22c0d55be717c9e9c1a7b9');
  expect(fingerprint(candidate('winter'), shown)).toBe('v1:88f9ea8decd93d79e12681d2e04bf5a2');
  const other = fingerprinter({ ...FINGERPRINT_KEY, key: Buffer.alloc(32, 8).toString('base64') });
  expect(other(candidate('winter'), masked)).not.toBe(fingerprint(candidate('winter'), masked));
});

test('of a masked and of a shown value are never the same, of two masked ones they are', () => {
  const fingerprint = fingerprinter(FINGERPRINT_KEY);
  expect(fingerprint(candidate('winter'), masked)).not.toBe(fingerprint(candidate('winter'), shown));
  expect(fingerprint(candidate('winter'), masked)).toBe(fingerprint(candidate('winter'), { secret: 'unknown' }));
});

test('there is none of what has no value or is not known', () => {
  const fingerprint = fingerprinter(FINGERPRINT_KEY);
  expect(fingerprint(null, masked)).toBe(null);
  expect(fingerprint({ ...candidate('winter'), typed: null }, masked)).toBe(null);
});
