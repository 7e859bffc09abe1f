import { describe, expect, test } from 'vitest';
import { secretReason } from '../../../../lambdas/mendix/secrets/detector.ts';
import { LABELLED, type Labelled } from './labelled-constants.ts';

const unconfigured = { secret: [], not_secret: [] };

function isMasked({ name, type, value }: Labelled): boolean {
  return secretReason({ name, type, texts: [value], stored: false }, unconfigured) !== null;
}

describe('the detector on the labelled list', () => {
  test('the list is large and has no line twice', () => {
    expect(LABELLED.length).toBeGreaterThanOrEqual(150);
    expect(new Set(LABELLED.map((line) => JSON.stringify(line))).size).toBe(LABELLED.length);
  });

  test('no known secret is shown', () => {
    expect(LABELLED.filter((line) => line.secret && !isMasked(line))).toEqual([]);
  });

  test('few harmless constants are masked', () => {
    const masked = LABELLED.filter(isMasked);
    const found = masked.filter(({ secret }) => secret).length;
    const secrets = LABELLED.filter(({ secret }) => secret).length;
    const precision = found / masked.length;
    const wrong = masked.filter(({ secret }) => !secret).map(({ name }) => name);
    process.stdout.write(
      `secret detector: ${LABELLED.length} constants, ${secrets} secrets, ` +
        `precision ${precision.toFixed(3)}, recall ${(found / secrets).toFixed(3)}; masked though harmless: ${wrong.join(', ') || 'none'}\n`,
    );
    expect(precision).toBeGreaterThan(0.97);
  });
});

describe('configuration has the last word', () => {
  const suspect = { name: 'Mail.SmtpHost', type: 'string' as const, texts: ['smtp.example.com'], stored: false };
  const secret = { ...suspect, name: 'Mail.ApiKey' };

  test.each([
    ['Mail.SmtpHost', 'configuration'],
    ['Mail.*', 'configuration'],
    ['*.SmtpHost', 'configuration'],
    ['Mail', null],
    ['mail.smtphost', null],
    ['Mail.Smtp', null],
    ['Mail.Smtp.ost', null],
  ])('the secret pattern %s makes Mail.SmtpHost %s', (pattern, reason) => {
    expect(secretReason(suspect, { secret: [pattern], not_secret: [] })).toBe(reason);
  });

  test('a constant that is listed as no secret is none, whatever its name and value', () => {
    expect(secretReason(secret, unconfigured)).toBe('name');
    expect(secretReason(secret, { secret: [], not_secret: ['Mail.*'] })).toBe(null);
  });

  test('listed as both, it is a secret', () => {
    expect(secretReason(secret, { secret: ['Mail.ApiKey'], not_secret: ['Mail.*'] })).toBe('configuration');
  });
});

describe('what else makes a secret', () => {
  test('a secret store does, whatever the name', () => {
    const suspect = { name: 'Sales.VatRate', type: 'decimal' as const, texts: [], stored: true };
    expect(secretReason(suspect, unconfigured)).toBe('secret-store');
    expect(secretReason({ ...suspect, stored: false }, unconfigured)).toBe(null);
  });

  test('any of its values does, even one that did not win', () => {
    const suspect = { name: 'App.Url', type: 'string' as const, stored: false };
    expect(secretReason({ ...suspect, texts: ['https://a.example', 'https://u:p@a.example'] }, unconfigured)).toBe(
      'value',
    );
    expect(secretReason({ ...suspect, texts: ['https://a.example', 'https://b.example'] }, unconfigured)).toBe(null);
  });

  test('patterns take no time on hostile text', () => {
    const hostile = [
      `${'a'.repeat(50_000)}`,
      `https://${':'.repeat(50_000)}`,
      `${'password '.repeat(6_000)}`,
      '?'.repeat(50_000),
    ];
    expect(
      hostile.map((text) => secretReason({ name: 'A.B', type: 'string', texts: [text], stored: false }, unconfigured))
        .length,
    ).toBe(4);
  });
});
