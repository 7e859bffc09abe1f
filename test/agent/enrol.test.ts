import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IotAuthority } from '@mrt/local-aws/iot/authority.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CREDENTIAL_FILES, credentialFrom, credentialIn } from '../../agent/certificate.ts';
import { acceptCertificate, enrolIn, newEnrolment } from '../../agent/enrol.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mrt-enrol-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the request has the agent’s SPIFFE ID and no key, and the key is for its owner alone', async () => {
  const request = await enrolIn(folder, 'depot', 'mrt.example.com');
  expect(request).not.toContain('PRIVATE');
  expect(statSync(join(folder, 'next-key.pem')).mode & 0o077).toBe(0);
  const authority = await IotAuthority.create();
  const certificate = new X509Certificate(await authority.sign(request));
  expect(certificate.subjectAltName).toBe('URI:spiffe://mrt.example.com/agent/depot');
  expect(certificate.subject).toBe('CN=depot');
});

test('asking twice gives the same request, so that what was sent is what is signed', async () => {
  const first = await enrolIn(folder, 'depot', 'mrt.example.com');
  expect(await enrolIn(folder, 'depot', 'mrt.example.com')).toBe(first);
});

test('another agent’s folder is not taken for this one’s', async () => {
  const first = await enrolIn(folder, 'depot', 'mrt.example.com');
  await expect(enrolIn(folder, 'shop', 'mrt.example.com')).rejects.toThrow('waits for the certificate of depot');
  await expect(enrolIn(folder, 'depot', 'other.example.com')).rejects.toThrow('of mrt.example.com');
  expect(await enrolIn(folder, 'depot', 'mrt.example.com')).toBe(first);
});

test('a certificate for another key is refused, and nothing changes', async () => {
  await enrolIn(folder, 'depot', 'mrt.example.com');
  const authority = await IotAuthority.create();
  const other = await newEnrolment('depot', 'mrt.example.com');
  await expect(acceptCertificate(folder, await authority.sign(other.request))).rejects.toThrow('another request');
  await expect(acceptCertificate(folder, 'text')).rejects.toThrow('no certificate');
  await expect(credentialIn(folder)()).rejects.toThrow(CREDENTIAL_FILES.key);
});

test('the certificate comes into use beside its key, and is renewed in the same way', async () => {
  const authority = await IotAuthority.create();
  await acceptCertificate(folder, await authority.sign(await enrolIn(folder, 'depot', 'mrt.example.com')));
  const before = await credentialIn(folder)();
  await acceptCertificate(folder, await authority.sign(await enrolIn(folder, 'depot', 'mrt.example.com')));
  const after = await credentialIn(folder)();
  expect(after.key).not.toBe(before.key);
  expect(after.ends.getUTCFullYear()).toBe(2049);
});

test('a secret with key and certificate serves as well, and half of it does not', async () => {
  const authority = await IotAuthority.create();
  const { key, request } = await newEnrolment('depot', 'mrt.example.com');
  const certificate = await authority.sign(request);
  const secret = JSON.stringify({ [CREDENTIAL_FILES.key]: key, [CREDENTIAL_FILES.certificate]: certificate });
  expect((await credentialFrom(async () => secret)()).certificate).toBe(certificate);
  await expect(credentialFrom(async () => '{}')()).rejects.toThrow(CREDENTIAL_FILES.key);
  await expect(credentialFrom(async () => 'x')()).rejects.toThrow('no JSON');
  const other = await newEnrolment('depot', 'mrt.example.com');
  const mixed = JSON.stringify({ [CREDENTIAL_FILES.key]: other.key, [CREDENTIAL_FILES.certificate]: certificate });
  await expect(credentialFrom(async () => mixed)()).rejects.toThrow('another key');
});

test('what is no PEM is told without a word of it', async () => {
  writeFileSync(join(folder, CREDENTIAL_FILES.key), 'hush-hush');
  writeFileSync(join(folder, CREDENTIAL_FILES.certificate), 'hush-hush');
  await expect(credentialIn(folder)()).rejects.toThrow('is not PEM');
  const error = await credentialIn(folder)().catch((thrown: Error) => thrown.message);
  expect(error).not.toContain('hush');
  expect(readFileSync(join(folder, CREDENTIAL_FILES.key), 'utf8')).toBe('hush-hush');
});
