/** Access keys in the shape of temporary credentials. */
import { randomBytes } from 'node:crypto';

/** `ASIA` and 16 of A-Z and 2-7 (IAM user guide, "IAM identifiers"); the token's form is AWS's own business. */
export function temporaryKeys(): { accessKeyId: string; secretAccessKey: string; sessionToken: string } {
  return {
    accessKeyId: `ASIA${base32(randomBytes(16))}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(96).toString('base64'),
  };
}

function base32(bytes: Buffer): string {
  return Array.from(bytes, (byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[byte % 32]).join('');
}
