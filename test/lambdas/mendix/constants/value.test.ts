import { describe, expect, test } from 'vitest';
import { type ConstantType, typed, type Written } from '../../../../lambdas/mendix/constants/value.ts';

const text = (value: string): Written => ({ kind: 'text', text: value });
const number = (digits: string): Written => ({ kind: 'number', digits });

describe('a value in its declared type', () => {
  test.each<[ConstantType, Written, unknown]>([
    ['string', text('0'), '0'],
    ['string', text(''), ''],
    ['integer', text('0'), 0],
    ['integer', text('-42'), -42],
    ['integer', number('8080'), 8080],
    ['integer', text('9223372036854775807'), '9223372036854775807'],
    ['boolean', text('True'), true],
    ['boolean', text('false'), false],
    ['boolean', { kind: 'boolean', value: true }, true],
    ['decimal', text('21.00'), '21.00'],
    ['decimal', number('0.10'), '0.10'],
    ['decimal', text('12345678901234567890.123'), '12345678901234567890.123'],
    ['decimal', number('3'), '3'],
    ['decimal', text('.5'), '0.5'],
    ['decimal', text('-.5'), '-0.5'],
    ['decimal', text('5.'), '5'],
    ['decimal', text('+1.50'), '1.50'],
    ['decimal', text('007.10'), '7.10'],
    ['decimal', number('1e-7'), '0.0000001'],
    ['decimal', text('1.25E+3'), '1250'],
    ['decimal', number('-0.0'), '0.0'],
    ['decimal', text('9'.repeat(100)), '9'.repeat(100)],
    ['integer', number('1.0'), 1],
    ['integer', number('1e3'), 1000],
    ['integer', text('-9223372036854775808'), '-9223372036854775808'],
    ['string', text('emoji 😀, ünï'), 'emoji 😀, ünï'],
    ['date_time', { kind: 'date', text: '2013-12-20T16:02:32' }, '2013-12-20T16:02:32'],
    ['date_time', text('9999-12-31T23:59:59+02:00'), '9999-12-31T23:59:59+02:00'],
    ['date_time', text('2013-12-20T16:02:32'), '2013-12-20T16:02:32'],
    ['date_time', text('2013-12-20T16:02:32Z'), '2013-12-20T16:02:32Z'],
  ])('%s from %j is %j', (type, written, value) => {
    expect(typed(written, type)).toMatchObject({ value, note: null });
  });

  test.each<[ConstantType, Written]>([
    ['string', number('1')],
    ['string', { kind: 'boolean', value: true }],
    ['integer', text('')],
    ['integer', text('1.0')],
    ['integer', number('1.5')],
    ['integer', text('1_000')],
    ['integer', number('NaN')],
    ['integer', number('1e400')],
    ['integer', text(`-${'9'.repeat(300)}`)],
    ['integer', { kind: 'date', text: '2013-12-20' }],
    ['decimal', text('')],
    ['decimal', text('.')],
    ['decimal', text('1 000')],
    ['decimal', text('1_000')],
    ['decimal', text('0x1F')],
    ['decimal', number('NaN')],
    ['decimal', number('-Infinity')],
    ['decimal', text('NaN')],
    ['decimal', text('9'.repeat(300))],
    ['decimal', number('1e999999999')],
    ['decimal', { kind: 'boolean', value: true }],
    ['string', { kind: 'date', text: '2013-12-20' }],
    ['string', text('half a pair \ud83d')],
    ['string', text('a\0b')],
    ['date_time', text('10000-01-01T00:00:00')],
    ['date_time', text('0000-01-01T00:00:00')],
    ['date_time', text('2013-12-20T24:00:00')],
    ['date_time', text('2013-12-20T00:00:00+99:00')],
    ['integer', text('1e3')],
    ['integer', text(' 1')],
    ['integer', text('9223372036854775808')],
    ['integer', { kind: 'boolean', value: true }],
    ['boolean', text('1')],
    ['boolean', text('yes')],
    ['boolean', number('1')],
    ['decimal', text('1,5')],
    ['decimal', text('Infinity')],
    ['date_time', text('2013-02-30T00:00:00')],
    ['date_time', text('20.12.2013')],
    ['date_time', number('1387555352000')],
    ['string', { kind: 'null' }],
    ['string', { kind: 'structure' }],
  ])('%s from %j is null with a note, never a guess', (type, written) => {
    const { value, note } = typed(written, type);
    expect(value).toBe(null);
    expect(note).toMatch(/^It is set to /);
  });

  test.each<[Written, unknown]>([
    [text(' 7 '), 7],
    [text('1_000'), 1000],
    [text('+007'), 7],
    [number('1.5'), 1],
    [number('-1.5'), -1],
    [number('1e2'), 100],
    [{ kind: 'boolean', value: true }, 1],
    [text('1__0'), null],
    [text('_1'), null],
    [text('1.0'), null],
    [text(''), null],
    [number('Infinity'), null],
  ])('an integer that Python casts: %j is %j', (written, value) => {
    expect(typed(written, 'integer', 'int()').value).toBe(value);
  });

  test.each<[ConstantType, Written, string]>([
    ['integer', text(''), 'It is set to an empty text that is not an integer.'],
    ['date_time', text('soon'), 'It is set to a text that is not a date and time.'],
    ['string', number('1'), 'It is set to a number that is not a text.'],
    ['integer', text('9223372036854775808'), 'It is set to a number beyond the 64 bits of an Integer/Long.'],
    ['decimal', number('NaN'), 'It is set to NaN, which no type of constant can hold.'],
    ['decimal', text('9'.repeat(300)), 'It is set to a number of more than 100 digits, which is not shown.'],
  ])('the note of %s from %j is a sentence', (type, written, note) => {
    expect(typed(written, type).note).toBe(note);
  });

  test('a constant that is not declared has the kind that it is written in', () => {
    expect(typed(number('12'), null).value).toBe(12);
    expect(typed(number('12.50'), null).value).toBe('12.50');
    expect(typed(number('NaN'), null).value).toBe(null);
    expect(typed(number('9'.repeat(300)), null).value).toBe(null);
    expect(typed({ kind: 'date', text: '2013-12-20' }, null).value).toBe('2013-12-20');
    expect(typed({ kind: 'boolean', value: false }, null).value).toBe(false);
  });

  test('texts that are not shown are still told apart', () => {
    expect(typed(text('\ud83d'), 'string').canonical).not.toBe(typed(text('\ud83e'), 'string').canonical);
    expect(typed(text('a\0'), 'string').canonical).not.toBe(typed(text('a'), 'string').canonical);
  });

  test('equal values are equal whatever their notation, and only then', () => {
    const same = (type: ConstantType, one: Written, other: Written) =>
      typed(one, type).canonical === typed(other, type).canonical;
    expect(same('decimal', text('1.50'), number('1.5'))).toBe(true);
    expect(same('decimal', text('-0.0'), text('0'))).toBe(true);
    expect(same('decimal', text('100'), text('1'))).toBe(false);
    expect(same('boolean', text('True'), { kind: 'boolean', value: true })).toBe(true);
    expect(same('integer', text('007'), number('7'))).toBe(true);
    expect(same('date_time', text('2026-01-01 00:00'), text('2026-01-01T00:00:00'))).toBe(true);
    expect(same('date_time', text('2026-01-01T00:00:00'), text('2026-01-01T00:00:00Z'))).toBe(false);
    expect(same('string', text('1.50'), text('1.5'))).toBe(false);
    expect(typed(text('1'), 'string').canonical).not.toBe(typed(text('1'), 'integer').canonical);
  });
});
