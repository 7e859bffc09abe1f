/** The table of the database's keys against a plain list, for UUIDs that are random, count up, or only call themselves random. */
import { expect, test } from 'vitest';
import { KNOWN } from '../../../../lambdas/mendix/files/documents.ts';
import { newUuidWords, readUuidText, uuidText } from '../../../../lambdas/mendix/files/key-layout.ts';
import { KnownKeys } from '../../../../lambdas/routes/storage_audit/known-keys.ts';
import { compareKeys } from '../../../../lambdas/upstreams/s3/object-key.ts';
import fc from '../../../properties.ts';

const LAYOUT = { prefix: '', shape: 'flat', suffix: '' } as const;
const EVERYTHING = { after: null, upto: null };

const word = fc.nat(0xffffffff);
const random = fc.tuple(word, word, word, word).map(([a, b, c, d]) => uuidText(a, b, c, d));
const version4 = fc
  .tuple(word, word, word, word)
  .map(([a, b, c, d]) => uuidText(a, ((b & ~0xf000) | 0x4000) >>> 0, c, d));
const counted = fc.nat(50).map((d) => uuidText(0, 0x4000, 0, d));
const uuid = fc.oneof(random, version4, counted);
const size = fc.oneof(
  fc.constantFrom(-7, -1, 0, 0xffff_ffff, 0x1_0000_0000, Number.MAX_SAFE_INTEGER - 1),
  fc.maxSafeNat().map((bytes) => Math.min(bytes, Number.MAX_SAFE_INTEGER - 1)),
);
const row = fc.record({ uuid, kind: fc.constantFrom(...Object.values(KNOWN)), size });
const range = fc.constantFrom(EVERYTHING, { after: '40', upto: '80' }, { after: 'fe', upto: null });

const words = newUuidWords();
function add(keys: KnownKeys, key: string, kind: number, bytes: number): void {
  if (!readUuidText(key, words)) throw new Error(`no UUID: ${key}`);
  keys.add(words, kind, bytes);
}
function find(keys: KnownKeys, key: string, sees: boolean): number {
  readUuidText(key, words);
  return keys.find(words, 0, sees);
}

test('finds what was added with its kind and size, a document before the queue, and nothing else', () => {
  fc.assert(
    fc.property(range, fc.array(row, { maxLength: 200 }), fc.array(uuid, { maxLength: 20 }), (part, rows, others) => {
      const keys = new KnownKeys(LAYOUT, part, 10);
      for (const { uuid: key, kind, size: bytes } of rows) add(keys, key, kind, bytes);
      for (const key of [...others, ...rows.map((one) => one.uuid)]) {
        const same = rows.filter((one) => one.uuid === key).sort((a, b) => a.kind - b.kind);
        const slot = find(keys, key, false);
        if (same[0] === undefined) expect(slot).toBe(-1);
        else {
          expect([keys.kind(slot), keys.uuid(slot)]).toEqual([same[0].kind, key]);
          const sizes = same.filter((one) => one.kind === same[0]?.kind).map((one) => Math.max(-1, one.size));
          expect(sizes).toContain(keys.size(slot));
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('gives documents with contents that no object was seen for, each row of them', () => {
  fc.assert(
    fc.property(fc.array(row), fc.infiniteStream(fc.boolean()), (rows, coin) => {
      const keys = new KnownKeys(LAYOUT, EVERYTHING, 10);
      for (const { uuid: key, kind, size: bytes } of rows) add(keys, key, kind, bytes);
      const seen = new Set(rows.map((one) => one.uuid).filter(() => coin.next().value));
      for (const key of seen) find(keys, key, true);
      const unseen = rows.filter((one) => one.kind === KNOWN.document && !seen.has(one.uuid)).map((one) => one.uuid);
      const found = [...keys.unseen()].map((slot) => keys.uuid(slot));
      expect(found.sort(compareKeys)).toEqual(unseen.sort(compareKeys));
    }),
    { numRuns: 200 },
  );
});

test('takes UUIDs that call themselves random and count up as quickly as random ones', () => {
  const work = (keyOf: (i: number) => string) => {
    const keys = new KnownKeys(LAYOUT, EVERYTHING, 1_000);
    const begun = process.cpuUsage();
    for (let i = 0; i < 60_000; i++) add(keys, keyOf(i), KNOWN.document, i);
    let right = 0;
    for (let i = 0; i < 60_000; i++) if (keys.size(find(keys, keyOf(i), false)) === i) right++;
    expect(right).toBe(60_000);
    const { user, system } = process.cpuUsage(begun);
    return user + system;
  };
  const scattered = work((i) => uuidText(Math.imul(i, 0x9e3779b1) >>> 0, 0x4000, 0, i));
  const counting = work((i) => uuidText(7, 0x4000, 0, i));
  // With all of them looked for from one place it takes a thousand times as long.
  expect(counting).toBeLessThan(20 * scattered);
});
