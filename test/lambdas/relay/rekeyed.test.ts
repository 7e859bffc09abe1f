import { expect, test } from 'vitest';
import { hasher, NO_KEY } from '../../../lambdas/keyed-hash.ts';
import { rekeyed } from '../../../lambdas/relay/rekeyed.ts';
import { route as constants } from '../../../lambdas/routes/micro_flow_constants/route.ts';
import { route as users } from '../../../lambdas/routes/users/route.ts';

const key = (version: string, byte: number) => ({
  version,
  key: Buffer.alloc(32, byte).toString('base64'),
  created: '2026-01-01T00:00:00Z',
});
const keys = { identity: key('v3', 1), fingerprint: key('v5', 2) };
const direct = (text: string, kind: 'identity' | 'fingerprint') => hasher(keys[kind], kind)(text);
const unkeyed = (text: string, kind: 'identity' | 'fingerprint') => hasher(NO_KEY, kind)(text);

test('a hash that an agent made without a key becomes the one that is made here with it', () => {
  const body = {
    users: [
      { id: '1', identity: unkeyed('anna', 'identity') },
      { id: '2', identity: null },
    ],
    complete: true,
  };
  expect(rekeyed(body, { fields: users.keyed, keys })).toEqual({
    users: [
      { id: '1', identity: direct('anna', 'identity') },
      { id: '2', identity: null },
    ],
    complete: true,
  });
});

test('hashes are found wherever they stand, each with its own key', () => {
  const at = (text: string | null, other: string) => ({
    constants: [{ fingerprint: text, default_fingerprint: other, candidates: [{ fingerprint: other }] }],
    differences: [{ here: { fingerprint: text }, there: null }],
  });
  const [winter, summer] = [unkeyed('winter', 'fingerprint'), unkeyed('summer', 'fingerprint')];
  const expected = at(direct('winter', 'fingerprint'), direct('summer', 'fingerprint'));
  expect(rekeyed(at(winter, summer), { fields: constants.keyed, keys })).toEqual(expected);
});

test.each([
  ['an identity that it has seen elsewhere', direct('anna', 'identity')],
  ['one of a key that it made up', `v3:${'a'.repeat(64)}`],
  ['half a hash', 'unkeyed:abc'],
  ['no text', 7],
])('an agent cannot give one of its users %s', (_, identity) => {
  expect(rekeyed({ users: [{ identity }] }, { fields: users.keyed, keys })).toEqual({ users: [{ identity: null }] });
});
