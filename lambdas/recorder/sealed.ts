/**
 * Where a listing or an audit was cut. It names keys of objects, which may hold anything that people call files by, so in
 * the record it is sealed: AES-256-GCM under a key of its own, derived from the API's key of cursors (RFC 5869), as it is
 * in effect a cursor that the recorder gives itself. With a new key, what was sealed is begun again.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { VersionedKey } from '../keys/object.ts';
import { KeysUnavailableError } from '../upstream-errors.ts';
import type { RecorderKeys } from './upstreams.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The key; `null` while the API's keys cannot be read: then nothing is kept, and nothing that was kept is known. */
export async function sealingKey(keys: () => Promise<RecorderKeys>): Promise<VersionedKey | null> {
  try {
    return (await keys()).cursor.current;
  } catch (error) {
    if (error instanceof KeysUnavailableError) return null;
    throw error;
  }
}

/** @param position JSON values; `null`: nothing was cut */
export function sealed(position: unknown, key: VersionedKey | null): string | null {
  if (position === null || key === null) return null;
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyOf(key), nonce);
  const content = [cipher.update(JSON.stringify(position), 'utf8'), cipher.final()];
  return Buffer.concat([nonce, cipher.getAuthTag(), ...content]).toString('base64');
}

/** What {@link sealed} made; `null`: it was sealed with another key, or by nobody, and what it was of begins again. */
export function opened(text: unknown, key: VersionedKey | null): unknown {
  if (typeof text !== 'string' || key === null) return null;
  const bytes = Buffer.from(text, 'base64');
  try {
    const decipher = createDecipheriv('aes-256-gcm', keyOf(key), bytes.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const content = [decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()];
    return JSON.parse(Buffer.concat(content).toString('utf8'));
  } catch {
    return null;
  }
}

function keyOf({ key }: VersionedKey): Buffer {
  return Buffer.from(hkdfSync('sha256', Buffer.from(key, 'base64'), '', 'recorded position', 32));
}
