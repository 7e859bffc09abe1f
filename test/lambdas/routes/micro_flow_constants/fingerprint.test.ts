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

// HMAC-SHA-256 under 32 bytes 07, first 16 bytes, of the SHA-256 of `constant:masked:string:winter`, and of `…:shown:…`:
// printf %s "$(printf constant:masked:string:winter | sha256sum | cut -d' ' -f1)" |
//   openssl dgst -sha256 -mac HMAC -macopt hexkey:$(printf '07%.0s' $(seq 32))
test('are keyed with the published key, and with nothing else', () => {
  const fingerprint = fingerprinter(FINGERPRINT_KEY);
  expect(fingerprint(candidate('winter'), masked)).toBe('v1:4ed34f65c0de0f130e6df3c510c8de88');
  expect(fingerprint(candidate('winter'), shown)).toBe('v1:3575ad3c37bf2d7d898e428004fc860c');
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
