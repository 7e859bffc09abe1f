/** The authority of the local broker: its server's certificate, and certificates for requests, as IoT Core signs them. */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  Pkcs10CertificateRequest,
  type PublicKey,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;
/** IoT Core's own end with the year 2049 (AWS IoT Core developer guide, "X.509 client certificates"). */
const END = new Date('2049-12-31T23:59:59Z');

/** Signs for one run of the broker. */
export class IotAuthority {
  /** PEM of the authority, for clients and for the broker to trust. */
  readonly certificate: string;
  readonly #certificate: X509Certificate;
  readonly #keys: webcrypto.CryptoKeyPair;

  private constructor(certificate: X509Certificate, keys: webcrypto.CryptoKeyPair) {
    this.#certificate = certificate;
    this.#keys = keys;
    this.certificate = certificate.toString('pem');
  }

  static async create(now = new Date()): Promise<IotAuthority> {
    const keys = await newKeys();
    const certificate = await X509CertificateGenerator.createSelfSigned({
      serialNumber: serial(),
      name: `CN=Local IoT authority ${now.getTime()}`,
      notBefore: new Date(now.getTime() - DAY_MS),
      notAfter: END,
      keys,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      ],
    });
    return new IotAuthority(certificate, keys);
  }

  /** Key and certificate of a server at these names and addresses, in PEM. */
  async server(hosts: readonly string[], now = new Date()): Promise<{ key: string; cert: string }> {
    const keys = await newKeys();
    const names = hosts.map((host) => ({
      type: /^[\d.]+$/.test(host) ? ('ip' as const) : ('dns' as const),
      value: host,
    }));
    const certificate = await this.#sign(keys.publicKey, `CN=${hosts[0]}`, now, END, [
      new SubjectAlternativeNameExtension(names),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    ]);
    const key = PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
    return { key, cert: certificate };
  }

  /**
   * The certificate for a request (CreateCertificateFromCsr): subject and alternative names are the request's.
   *
   * @param request PEM
   * @param ends for tests of what has ended
   * @throws Error for a request that is none, or whose signature is not its key's
   */
  async sign(request: string, now = new Date(), ends = END): Promise<string> {
    const parsed = new Pkcs10CertificateRequest(request);
    if (!(await parsed.verify())) throw new Error('the certificate request is not signed by its own key');
    const begins = ends < now ? new Date(ends.getTime() - DAY_MS) : now;
    return this.#sign(parsed.publicKey, parsed.subject, begins, ends, [
      ...parsed.extensions.filter((extension) => extension instanceof SubjectAlternativeNameExtension),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
    ]);
  }

  async #sign(
    publicKey: webcrypto.CryptoKey | PublicKey,
    subject: string,
    now: Date,
    notAfter: Date,
    extensions: Extension[],
  ): Promise<string> {
    const certificate = await X509CertificateGenerator.create({
      serialNumber: serial(),
      subject,
      issuer: this.#certificate.subject,
      notBefore: new Date(now.getTime() - DAY_MS),
      notAfter,
      publicKey,
      signingKey: this.#keys.privateKey,
      signingAlgorithm: ALGORITHM,
      extensions: [new BasicConstraintsExtension(false, undefined, true), ...extensions],
    });
    return certificate.toString('pem');
  }
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;
}

/** Positive: the first of its bits must be clear. */
function serial(): string {
  return `01${Buffer.from(webcrypto.getRandomValues(new Uint8Array(15))).toString('hex')}`;
}
