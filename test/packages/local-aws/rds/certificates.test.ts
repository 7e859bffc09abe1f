import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverCertificate } from '@mrt/local-aws/rds/certificates.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const DAY_MS = 86_400_000;

describe('the certificate of the local databases', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'mrt-test-certificates-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  test('is for localhost and 127.0.0.1, for servers, and signed by its authority', () => {
    const { cert, ca } = serverCertificate(directory);
    const certificate = new X509Certificate(cert);
    const authority = new X509Certificate(ca);
    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate.checkHost('example.com')).toBeUndefined();
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(certificate.verify(authority.publicKey)).toBe(true);
    expect([certificate.ca, authority.ca]).toEqual([false, true]);
  });

  test('keeps its key to the owner alone', () => {
    serverCertificate(directory);
    expect(statSync(join(directory, 'database-server.pem')).mode & 0o777).toBe(0o600);
  });

  test('stays the same from run to run', () => {
    expect(serverCertificate(directory)).toEqual(serverCertificate(directory));
  });

  test('is made anew within 30 days of its end, and not before', () => {
    const first = serverCertificate(directory);
    const before = new Date(Date.now() + 330 * DAY_MS);
    const after = new Date(Date.now() + 340 * DAY_MS);
    expect(serverCertificate(directory, undefined, before).cert).toBe(first.cert);
    expect(serverCertificate(directory, undefined, after).cert).not.toBe(first.cert);
  });

  test('is made anew for another host, and when a file was damaged', () => {
    const first = serverCertificate(directory);
    const other = serverCertificate(directory, ['database.test']);
    expect(other.cert).not.toBe(first.cert);
    writeFileSync(join(directory, 'database-ca.pem'), 'nonsense');
    const third = serverCertificate(directory, ['database.test']);
    expect(third.cert).not.toBe(other.cert);
    expect(readFileSync(third.caFile, 'utf8')).toBe(third.ca);
  });
});
