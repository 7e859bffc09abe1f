/**
 * How an agent gets its certificate: key and request are made where they stay, and only the request travels. The Regional side
 * signs it (IoT Core, `CreateCertificateFromCsr`, by the stack), and the certificate goes back; it is no secret.
 */
import 'reflect-metadata';
import { createPrivateKey, webcrypto, X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  PemConverter,
  Pkcs10CertificateRequest,
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension,
} from '@peculiar/x509';
import { parseSpiffeId, principalOf, spiffeId } from '../lambdas/spiffe-id.ts';
import { CREDENTIAL_FILES } from './certificate.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** Its object identifier (RFC 5280, 4.2.1.6). */
const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';

/** The files of a renewal lie beside those in use until its certificate is there. */
export const ENROLMENT_FILES = { key: 'next-key.pem', request: 'request.pem' } as const;

export interface Enrolment {
  /** PEM; stays where it was made. */
  key: string;
  /** PEM; goes to the Regional side. */
  request: string;
}

/**
 * A new key and the request for its certificate. The name stands in the subject, which IoT policies can read, and as SPIFFE ID.
 *
 * @throws Error for a name that no SPIFFE ID can hold
 */
export async function newEnrolment(name: string, trustDomain: string): Promise<Enrolment> {
  const id = idOf(name, trustDomain);
  const keys = (await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [new SubjectAlternativeNameExtension([{ type: 'url', value: id }])],
  });
  const key = PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return { key: `${key}\n`, request: `${request.toString('pem')}\n` };
}

function idOf(name: string, trustDomain: string): string {
  try {
    return spiffeId(trustDomain, { kind: 'agent', name });
  } catch (cause) {
    throw new Error(`spiffe://${trustDomain}/agent/${name} ${(cause as Error).message}`, { cause });
  }
}

/**
 * Makes key and request in a folder that only its owner reads. An enrolment that waits for its certificate is kept, so that
 * asking twice gives the same request.
 *
 * @returns PEM of the request
 * @throws Error when the one that waits is of another agent
 */
export async function enrolIn(folder: string, name: string, trustDomain: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const keyFile = join(folder, ENROLMENT_FILES.key);
  const requestFile = join(folder, ENROLMENT_FILES.request);
  if (existsSync(keyFile) && existsSync(requestFile)) {
    const waiting = await enrolledAs(folder);
    if (waiting.name !== name || waiting.trustDomain !== trustDomain) {
      const whose = `${waiting.name} of ${waiting.trustDomain}`;
      throw new Error(`${folder} waits for the certificate of ${whose}: say another folder, or remove ${keyFile}`);
    }
    return readFile(requestFile, 'utf8');
  }
  const { key, request } = await newEnrolment(name, trustDomain);
  await writeFile(keyFile, key, { mode: 0o600 });
  await writeFile(requestFile, request);
  return request;
}

/**
 * Whose enrolment the folder has, by its last request, so that a renewal need not be told again.
 *
 * @throws Error when there is none
 */
export async function enrolledAs(folder: string): Promise<{ name: string; trustDomain: string }> {
  const file = join(folder, ENROLMENT_FILES.request);
  if (!existsSync(file)) throw new Error(`${folder} has no earlier request: say --name and --trust-domain`);
  const request = new Pkcs10CertificateRequest(await readFile(file, 'utf8'));
  const extension = request.getExtension(SUBJECT_ALTERNATIVE_NAME);
  const names = extension === null ? [] : new SubjectAlternativeNameExtension(extension.rawData).names.items;
  const id = names.find(({ type }) => type === 'url')?.value ?? '';
  const { trustDomain } = parseSpiffeId(id);
  const principal = principalOf(id, trustDomain);
  if (principal.kind !== 'agent') throw new Error(`${file} is no request of an agent`);
  return { name: principal.name, trustDomain };
}

/**
 * Puts the certificate beside its key; both are in use from then on. Each file is replaced in one step, the key first: a
 * running agent that looks in between finds a pair that does not fit, and looks again.
 *
 * @throws Error when there is no enrolment, or the certificate is of another key
 */
export async function acceptCertificate(folder: string, certificate: string): Promise<{ ends: Date }> {
  const keyFile = join(folder, ENROLMENT_FILES.key);
  if (!existsSync(keyFile))
    throw new Error(`${folder} has no enrolment that waits for a certificate: run mrt-agent enrol`);
  const key = createPrivateKey(await readFile(keyFile, 'utf8'));
  let parsed: X509Certificate;
  try {
    parsed = new X509Certificate(certificate);
  } catch (cause) {
    throw new Error('this is no certificate in PEM', { cause });
  }
  if (!parsed.checkPrivateKey(key)) throw new Error('the certificate is for another request than the one made here');
  const draft = join(folder, `${CREDENTIAL_FILES.certificate}.new`);
  await writeFile(draft, certificate);
  await chmod(keyFile, 0o600);
  await rename(keyFile, join(folder, CREDENTIAL_FILES.key));
  await rename(draft, join(folder, CREDENTIAL_FILES.certificate));
  return { ends: new Date(parsed.validTo) };
}
