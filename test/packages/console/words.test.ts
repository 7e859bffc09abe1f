import { storageWords } from '@mrt/console/pages/storage/storage-words.ts';
import { csvText } from '@mrt/console/words/csv-text.ts';
import { wordsOf } from '@mrt/console/words/name-words.ts';
import { bytes, count, exactBytes, plural, share, signedBytes } from '@mrt/console/words/numbers.ts';
import { recordWords } from '@mrt/console/words/record-words.ts';
import { age, day, duration, exactTime, span } from '@mrt/console/words/times.ts';
import { describe, expect, test } from 'vitest';
import { csv } from '../../../lambdas/http/csv.ts';

describe('numbers are written for the reader', () => {
  test.each([
    [0, '0 B'],
    [1023, '1,023 B'],
    [1024, '1.00 KiB'],
    [1_048_063, '1.00 MiB'],
    [10_472_304_440, '9.75 GiB'],
    [734_003_200, '700 MiB'],
    [1e30, '888,178,419,700,125 PiB'],
    [-2048, '−2.00 KiB'],
  ])('%d bytes as %s', (value, text) => {
    expect(bytes(value, 'en')).toBe(text);
  });

  test('in the digits and signs of the locale', () => {
    expect(bytes(10_472_304_440, 'de')).toBe('9,75 GiB');
    expect(count(1_234_567, 'de')).toBe('1.234.567');
    expect(share(0.453, 'en')).toBe('45%');
  });

  test('what is not known is a dash, and never 0', () => {
    for (const text of [
      bytes(null),
      bytes(undefined),
      count(null),
      share(null),
      share(Number.NaN),
      signedBytes(null),
    ]) {
      expect(text).toBe('–');
    }
    expect(exactBytes(null)).toBe('not known');
  });

  test('counts beyond 2^53 keep their last digit', () => {
    expect(count('9007199254740993', 'en')).toBe('9,007,199,254,740,993');
  });

  test('little is told from nothing, one from many, more from less', () => {
    expect([share(0.001, 'en'), share(0, 'en')]).toEqual(['<1%', '0%']);
    expect([plural(1, 'user'), plural(2, 'user'), plural(0, 'index', 'indexes')]).toEqual([
      '1 user',
      '2 users',
      '0 indexes',
    ]);
    expect([signedBytes(2048, 'en'), signedBytes(-2048, 'en'), signedBytes(0, 'en')]).toEqual([
      '+2.00 KiB',
      '−2.00 KiB',
      '0 B',
    ]);
  });
});

describe('times', () => {
  const now = Date.parse('2026-11-26T12:30:00Z');

  test.each([
    ['2026-11-26T12:29:40Z', 'just now'],
    ['2026-11-26T12:31:00Z', 'in 1 minute'],
    ['2026-11-26T12:05:00Z', '25 minutes ago'],
    ['2026-11-26T10:00:00Z', '2 hours ago'],
    ['2026-11-25T01:00:00Z', '35 hours ago'],
    ['2026-11-25T00:00:00Z', '2 days ago'],
    ['2026-01-29T03:01:09Z', '29 Jan 2026'],
    ['2026-11-20T12:00:00Z', '6 days ago'],
    [null, '–'],
    ['soon', '–'],
  ])('%s was %s', (time, text) => {
    expect(age(time, now, 'en-GB')).toBe(text);
  });

  test('say their zone, and the time in UTC as the API has it', () => {
    expect(exactTime('2026-11-26T17:14:37Z', 'en-GB', 'Europe/Berlin')).toBe(
      '26 Nov 2026, 18:14:37 CET (2026-11-26T17:14:37Z)',
    );
    expect(exactTime(null)).toBe('not known');
  });

  test('a day is the same day in every zone', () => {
    expect(day('2026-11-20', 'en-GB')).toBe('20 Nov 2026');
    expect(exactTime('2026-11-20', 'en-GB', 'America/Los_Angeles')).toBe('20 Nov 2026');
  });

  test('spans and durations are in the unit that says enough', () => {
    expect([1, 12.9, 65, 800].map(span)).toEqual(['1 day', '12 days', '2 months', '2 years']);
    expect([45, 180, 7500, 7200, 400_000].map(duration)).toEqual(['45 s', '3 min', '2 h 5 min', '2 h', '4 days']);
  });
});

test.each([
  [{ days: 90, recorded_days: 0, first: null, reason: 'recording-off' }, /records nothing/],
  [{ days: 90, recorded_days: 0, first: null, reason: 'access-denied' }, /cannot be read: access-denied/],
  [{ days: 90, recorded_days: 1, first: '2026-11-26', reason: null }, /from the second on/],
  [{ days: 90, recorded_days: 60, first: '2026-09-27', reason: null }, /60 of 90 days/],
])('the record %j says why there is no history, or how much', (record, words) => {
  expect(recordWords(record)).toMatch(words);
});

test.each([
  ['StandardStorage', 'Standard'],
  ['StandardIASizeOverhead', 'Standard IA size overhead'],
  ['GlacierS3ObjectOverhead', 'Glacier S3 object overhead'],
  ['IntelligentTieringAAStorage', 'Intelligent tiering AA'],
  ['REDUCED_REDUNDANCY', 'REDUCED_REDUNDANCY'],
])('the storage type %s is called %s', (type, words) => {
  expect(storageWords(type)).toBe(words);
});

test('a long name breaks between its words, and loses nothing', () => {
  expect(wordsOf('Sales.OrderLine_Customer')).toEqual(['Sales.', 'Order', 'Line_', 'Customer']);
  expect(wordsOf('2bf148bc28ca')).toEqual(['2bf148bc28ca']);
  expect(wordsOf('')).toEqual(['']);
});

describe('rows that a view saves', () => {
  const rows = [
    { what: 'old, and "larger"', size_bytes: 1, complete: true },
    { what: '=HYPERLINK("https://evil.example")', size_bytes: -5, complete: false },
    { what: '-1+1', size_bytes: null, complete: true },
    { what: 'two\r\nlines', size_bytes: 0, complete: true },
  ];

  test('are written as the API writes its own, with nothing in them that a spreadsheet runs', () => {
    const text = csvText(rows);
    expect(text).toBe(csv(['what', 'size_bytes', 'complete'], rows, {}));
    expect(text).not.toMatch(/(^|,|\n)"?[=-][A-Z\d]+[(+]/);
  });

  test('have a column for everything that one of them has, and an empty cell where another has not', () => {
    expect(
      csvText([
        { date: '2026-11-25', Standard: 1 },
        { date: '2026-11-26', Glacier: 2 },
      ]),
    ).toBe('date,Standard,Glacier\r\n2026-11-25,1,\r\n2026-11-26,,2\r\n');
  });
});
