/**
 * The agent's key and certificate: in a folder (a mounted secret, or a plain machine) or in a secret of its own account. Read
 * anew again and again, so that a renewed certificate is used without a restart.
 */
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Names of the files in a folder, and of the fields in a secret. */
export const CREDENTIAL_FILES = { key: 'agent-key.pem', certificate: 'agent-certificate.pem' } as const;

export interface AgentCredential {
  /** PEM. */
  key: string;
  certificate: string;
  /** When the certificate ends. */
  ends: Date;
}

/** @throws Error that says what is wrong, without the key */
export type ReadCredential = () => Promise<AgentCredential>;

/** Out of a folder. */
export function credentialIn(folder: string): ReadCredential {
  return async () => {
    const read = (name: string) =>
      readFile(join(folder, name), 'utf8').catch((cause: unknown) => {
        throw new Error(`${name} cannot be read in ${folder}: run mrt-agent enrol, and put the certificate there`, {
          cause,
        });
      });
    // One after the other: of two that are missing, always the same one is named.
    const key = await read(CREDENTIAL_FILES.key);
    return checked(key, await read(CREDENTIAL_FILES.certificate));
  };
}

/** Out of the text of a secret: JSON with the two files as fields. */
export function credentialFrom(readSecret: () => Promise<string>): ReadCredential {
  return async () => {
    let fields: Record<string, unknown>;
    try {
      fields = JSON.parse(await readSecret()) as Record<string, unknown>;
    } catch (cause) {
      throw new Error('the secret cannot be read, is empty, or is no JSON: put key and certificate in', { cause });
    }
    const text = (name: string): string => {
      const field = fields[name];
      if (typeof field !== 'string') throw new Error(`the secret has no ${name}`);
      return field;
    };
    return checked(text(CREDENTIAL_FILES.key), text(CREDENTIAL_FILES.certificate));
  };
}

/** Key and certificate must belong to each other, which a half-done renewal breaks. */
function checked(key: string, certificate: string): AgentCredential {
  let parsed: X509Certificate;
  let publicKey: string;
  try {
    parsed = new X509Certificate(certificate);
    publicKey = pem(createPublicKey(createPrivateKey(key)));
  } catch {
    // OpenSSL's message may hold a part of what it read.
    throw new Error('the agent’s key or certificate is not PEM');
  }
  if (pem(parsed.publicKey) !== publicKey) throw new Error('the certificate is of another key than the agent’s');
  return { key, certificate, ends: new Date(parsed.validTo) };
}

function pem(key: ReturnType<typeof createPublicKey>): string {
  return key.export({ type: 'spki', format: 'pem' }).toString();
}
