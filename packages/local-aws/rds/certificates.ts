/**
 * The certificate of the local database listeners, from a certificate authority of our own: functions check host name and
 * authority as they do with RDS (`verify-full`). Kept between runs, made anew before it expires.
 */
import { generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import forge from 'node-forge';

/** What a listener needs for TLS, and its clients to trust it. */
export interface ServerCertificate {
  /** PEM of the server's private key. */
  key: string;
  /** PEM of the server's certificate. */
  cert: string;
  /** PEM of the authority, for clients to trust; the file `caFile` holds the same. */
  ca: string;
  caFile: string;
}

const DAY_MS = 86_400_000;
const VALID_DAYS = 365;
const RENEW_DAYS = 30;

/**
 * The kept certificate for `hosts`, or a new one where there is none, it covers other hosts, or it expires within 30
 * days. The authority's key is never kept: with a new certificate comes a new authority.
 */
export function serverCertificate(
  directory: string,
  hosts: readonly string[] = ['localhost', '127.0.0.1'],
  now = new Date(),
): ServerCertificate {
  const caFile = join(directory, 'database-ca.pem');
  const file = join(directory, 'database-server.pem');
  if (!isGood(caFile, file, hosts, now)) {
    mkdirSync(directory, { recursive: true });
    const fresh = makeCertificate(hosts, now);
    // Key and certificate in one file: they cannot fall apart when a run is cut off in between.
    writeFileSync(file, fresh.key + fresh.cert, { mode: 0o600 });
    writeFileSync(caFile, fresh.ca);
  }
  const [key = '', cert = ''] = readFileSync(file, 'utf8').split(/(?=-----BEGIN CERTIFICATE)/);
  return { key, cert, ca: readFileSync(caFile, 'utf8'), caFile };
}

function isGood(caFile: string, file: string, hosts: readonly string[], now: Date): boolean {
  if (!existsSync(caFile) || !existsSync(file)) return false;
  try {
    const certificate = new X509Certificate(readFileSync(file, 'utf8').split(/(?=-----BEGIN CERTIFICATE)/)[1] ?? '');
    const authority = new X509Certificate(readFileSync(caFile, 'utf8'));
    return (
      certificate.verify(authority.publicKey) &&
      hosts.every((host) => (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host))) &&
      Date.parse(certificate.validTo) > now.getTime() + RENEW_DAYS * DAY_MS
    );
  } catch {
    // Cut off while it was written, or not ours.
    return false;
  }
}

function makeCertificate(hosts: readonly string[], now: Date): Omit<ServerCertificate, 'caFile'> {
  const authorityKeys = newKeys();
  // The moment in the name tells the authorities of different runs apart.
  const authorityName = [{ name: 'commonName', value: `Local database authority ${now.getTime()}` }];
  const authority = signed(authorityName, authorityName, authorityKeys, authorityKeys, now, [
    { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
    { name: 'keyUsage', keyCertSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  const keys = newKeys();
  const name = [{ name: 'commonName', value: hosts[0] ?? 'localhost' }];
  const certificate = signed(name, authorityName, keys, authorityKeys, now, [
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    {
      name: 'subjectAltName',
      altNames: hosts.map((host) => (isIP(host) === 0 ? { type: DNS, value: host } : { type: IP, ip: host })),
    },
  ]);
  return {
    key: forge.pki.privateKeyToPem(keys.privateKey),
    cert: forge.pki.certificateToPem(certificate),
    ca: forge.pki.certificateToPem(authority),
  };
}

/** Kinds of a GeneralName. Source: RFC 5280, section 4.2.1.6. */
const DNS = 2;
const IP = 7;

function signed(
  subject: forge.pki.CertificateField[],
  issuer: forge.pki.CertificateField[],
  keys: forge.pki.rsa.KeyPair,
  issuerKeys: forge.pki.rsa.KeyPair,
  now: Date,
  extensions: object[],
): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = keys.publicKey;
  // Positive: the first of its bits must be clear.
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
  certificate.validity.notBefore = new Date(now.getTime() - DAY_MS);
  certificate.validity.notAfter = new Date(now.getTime() + VALID_DAYS * DAY_MS);
  certificate.setSubject(subject);
  certificate.setIssuer(issuer);
  certificate.setExtensions(extensions);
  certificate.sign(issuerKeys.privateKey, forge.md.sha256.create());
  return certificate;
}

/** Made by Node, whose key generation is native code. */
function newKeys(): forge.pki.rsa.KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return { privateKey: forge.pki.privateKeyFromPem(privateKey), publicKey: forge.pki.publicKeyFromPem(publicKey) };
}
