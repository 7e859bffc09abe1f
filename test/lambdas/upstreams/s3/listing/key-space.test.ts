import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KeySpace } from '../../../../../lambdas/upstreams/s3/listing/key-space.ts';
import { compareKeys } from '../../../../../lambdas/upstreams/s3/object-key.ts';

const anyKey = fc.string({ unit: 'binary', maxLength: 12 });

describe('the order of keys', () => {
  test('is that of their UTF-8 bytes', () => {
    fc.assert(
      fc.property(anyKey, anyKey, (a, b) => {
        expect(Math.sign(compareKeys(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
      }),
      { examples: [['\u{1f4e6}', '\uffee']] },
    );
  });
});

describe('a point between keys', () => {
  test('lies between them, whatever the keys', () => {
    fc.assert(
      fc.property(
        fc.array(anyKey, { minLength: 2 }),
        anyKey,
        anyKey,
        fc.double({ min: 0, max: 40 }),
        (keys, a, b, less) => {
          const space = new KeySpace('');
          for (const key of [...keys, a, b]) space.learn(key);
          const [low, high] = compareKeys(a, b) < 0 ? [a, b] : [b, a];
          const point = space.above(low, space.logDistance(low, high) - less, high);
          if (point === null) return;
          expect(compareKeys(low, point)).toBeLessThan(0);
          expect(compareKeys(point, high)).toBeLessThan(0);
          expect(point.isWellFormed()).toBe(true);
        },
      ),
    );
  });

  test('halves the room between UUIDs', () => {
    const space = new KeySpace('');
    for (const key of ['0041', 'a3f0', 'f09e', '7bcd', 'de12']) space.learn(key);
    const point = space.above('0041', space.logDistance('0041', null) - Math.LN2, null) ?? '';
    expect(point >= '6' && point < 'a').toBe(true);
  });

  test('stays below the prefix of the listing', () => {
    const space = new KeySpace('acc-');
    for (const key of ['acc-0123', 'acc-f09e', 'acc-9abc']) space.learn(key);
    expect(space.above('acc-3', space.logDistance('acc-3', null) - Math.LN2, null)).toMatch(/^acc-/);
  });
});
