import { describe, expect, test } from 'vitest';
import { etagOf, matches } from '../../../lambdas/http/caching.ts';

describe('an ETag', () => {
  test('is 27 characters in quotes, another one for another answer and for other data', () => {
    const etag = etagOf('answer', '2026-11-22T05:00:00Z');
    expect(etag).toMatch(/^"[\w-]{27}"$/);
    expect(etagOf('answer', '2026-11-22T05:00:00Z')).toBe(etag);
    expect(etagOf('other', '2026-11-22T05:00:00Z')).not.toBe(etag);
    expect(etagOf('answer', '2026-11-22T05:00:01Z')).not.toBe(etag);
    expect(etagOf('answer', null)).not.toBe(etag);
    expect(etagOf('answer', null)).not.toBe(etagOf('answer', 'null'));
  });
});

// RFC 9110, 13.1.2 and 8.8.3.2.
describe('If-None-Match', () => {
  test.each([
    ['the tag itself', '"a"'],
    ['the tag as a weak one, which a proxy that compresses makes of it', 'W/"a"'],
    ['anything at all', '*'],
    ['the first of a list', '"a", "b"'],
    ['the last of a list', 'W/"b","a"'],
    ['the tag among blanks', '  "a"  '],
  ])('holds for %s', (_, header) => {
    expect(matches(header, '"a"')).toBe(true);
  });

  test.each([
    ['another tag', '"b"'],
    ['another tag, weak', 'W/"b"'],
    ['the tag without its quotes', 'a'],
    ['a tag that begins alike', '"a'],
    ['nothing', ''],
    ['an empty list', ', ,'],
    ['weak nothing', 'W/'],
    ['no header', undefined],
  ])('does not hold for %s', (_, header) => {
    expect(matches(header, '"a"')).toBe(false);
  });
});
