import { describe, expect, test } from 'vitest';
import { KeySpace } from '../../../../../lambdas/upstreams/s3/listing/key-space.ts';
import { compareKeys } from '../../../../../lambdas/upstreams/s3/object-key.ts';
import fc from '../../../../properties.ts';

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
  test('lies between them, whatever the keys, and is there for most', () => {
    let points = 0;
    let pairs = 0;
    fc.assert(
      fc.property(
        fc.array(anyKey, { minLength: 2 }),
        anyKey,
        anyKey,
        fc.double({ min: 0, max: 5 }),
        (keys, a, b, less) => {
          const space = new KeySpace('');
          for (const key of [...keys, a, b]) space.learn(key);
          const [low, high] = compareKeys(a, b) < 0 ? [a, b] : [b, a];
          const point = space.above(low, space.logDistance(low, high) - less, high);
          pairs++;
          if (point === null) return;
          points++;
          expect(compareKeys(low, point)).toBeLessThan(0);
          expect(compareKeys(point, high)).toBeLessThan(0);
          expect(point.isWellFormed()).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
    // A key space that never splits would pass all of the above.
    expect(points / pairs).toBeGreaterThan(0.6);
  });

  test('is there for any two names in hexadecimal that are not neighbours, and near the middle of nearly all', () => {
    const number = fc.integer({ min: 0, max: 0xffff_ffff });
    const name = (value: number) => value.toString(16).padStart(8, '0');
    let pairs = 0;
    let nearMiddle = 0;
    fc.assert(
      fc.property(number, number, (a, b) => {
        fc.pre(Math.abs(a - b) > 0x1000);
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const space = new KeySpace('');
        for (const key of ['0123456789abcdef', name(low), name(high)]) space.learn(key);
        const point = space.above(name(low), space.logDistance(name(low), name(high)) - Math.LN2, name(high));
        const share = (Number.parseInt((point ?? '').padEnd(8, '0'), 16) - low) / (high - low);
        expect(share).toBeGreaterThan(0);
        expect(share).toBeLessThan(1);
        pairs++;
        if (share > 0.2 && share < 0.8) nearMiddle++;
      }),
      { numRuns: 500 },
    );
    // Points are cut short, so one beyond a carry (`9ffc…` to `a010…`: `a0`) lies nearer to an end.
    expect(nearMiddle / pairs).toBeGreaterThan(0.95);
  });

  test('is what the worked example of the key space says', () => {
    const space = new KeySpace('');
    const first = '0012c9a1-5b7e-4f0d-9c61-2a8e4d1f7b33';
    const last = '00a3f1d0-1111-4111-8111-111111111111';
    for (const key of [first, last, '3f9d0eb2-77aa-4c1b-8e20-91d4b6c0a5fe', 'e2a57d94-c3f8-4b06-9d1e-7f5a0b8c6341']) {
      space.learn(key);
    }
    const half = (low: string, high: string | null) => space.above(low, space.logDistance(low, high) - Math.LN2, high);
    const pages = Math.exp(space.logDistance(last, null) - space.logDistance(first, last));
    expect(Math.round(pages)).toBe(450);
    expect([half(last, null), half(last, '80'), half('80', null)]).toEqual(['80', '40', 'c0']);
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

describe('a key that is learned from in part', () => {
  test('teaches its beginning, up to the end of a word, and nothing behind that', () => {
    const part = new KeySpace('');
    part.learn('a1b2/c3d4/e5f6', 6);
    const beginning = new KeySpace('');
    beginning.learn('a1b2/c3d4/');
    const whole = new KeySpace('');
    whole.learn('a1b2/c3d4/e5f6');
    const distance = (space: KeySpace) => space.logDistance('a1b2/c3d4/1', 'a1b2/c3d4/9');
    expect(distance(part)).toBe(distance(beginning));
    expect(distance(part)).not.toBe(distance(whole));
  });
});

describe('a gap', () => {
  const january = ['2024/01/01/0a1b', '2024/01/02/c2d3', '2024/01/03/e4f5', '2024/01/04/6789', '2025/01/01/0123'];

  test('teaches what is not there, in other folders too, until it is seen', () => {
    const space = new KeySpace('');
    for (const key of january) space.learn(key);
    // In pages that reach from one day to the next.
    const rest = () => space.logDistance('2025/01/02', '2026') - space.logDistance('2025/01/01', '2025/01/02');
    const before = rest();
    space.learnGap('2024/2', '2025/01/01/0123');
    const after = rest();
    expect(after).toBeLessThan(before - 1);
    for (const month of ['2024/20', '2024/30', '2024/40', '2024/50', '2024/60']) space.learn(`${month}/01/0a1b`);
    expect(rest()).toBeGreaterThan(after + 0.5);
  });

  test('from or to any keys leaves points between keys', () => {
    fc.assert(
      fc.property(fc.array(anyKey), anyKey, fc.option(anyKey), anyKey, anyKey, (keys, after, first, a, b) => {
        const space = new KeySpace('');
        for (const key of keys) space.learn(key);
        space.learnGap(after, first);
        const [low, high] = compareKeys(a, b) < 0 ? [a, b] : [b, a];
        const point = space.above(low, space.logDistance(low, high) - Math.LN2, high);
        if (point !== null) expect([compareKeys(low, point) < 0, compareKeys(point, high) < 0]).toEqual([true, true]);
      }),
    );
  });
});
