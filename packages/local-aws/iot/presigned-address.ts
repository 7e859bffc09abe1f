/**
 * The signature in the address of MQTT over WebSocket. Source: AWS IoT Core developer guide, "Device communication
 * protocols": the session's token stands beside what is signed.
 */
import {
  canonicalQuery,
  credentialScope,
  parseAmzDate,
  sameText,
  sha256,
  signature,
} from '../iam/canonical-request.ts';
import type { Iam, Principal } from '../iam/iam.ts';
import { isFor } from '../iam/sigv4.ts';

const MAX_SECONDS = 86_400;
const SKEW_MS = 5 * 60_000;

/** The principal that signed; `null` for anything that is not good now. */
export function signerOf(target: string, host: string, iam: Iam, now = new Date()): Principal | null {
  const [path = '', query = ''] = target.split('?');
  const values = new URLSearchParams(query);
  const value = (name: string) => values.get(name) ?? '';
  const scope = credentialScope(value('X-Amz-Credential'));
  const time = parseAmzDate(value('X-Amz-Date'));
  const seconds = Number(value('X-Amz-Expires'));
  const isWellFormed =
    value('X-Amz-Algorithm') === 'AWS4-HMAC-SHA256' &&
    value('X-Amz-SignedHeaders') === 'host' &&
    scope !== undefined &&
    seconds > 0 &&
    seconds <= MAX_SECONDS &&
    !Number.isNaN(time);
  if (!isWellFormed || scope === undefined || !isFor('iotdevicegateway', iam, scope)) return null;
  if (time - now.getTime() > SKEW_MS || now.getTime() > time + seconds * 1000) return null;
  const principal = iam.byAccessKeyId(scope.accessKeyId);
  if (principal === undefined || !sameText(value('X-Amz-Security-Token'), principal.sessionToken)) return null;
  const signed = query
    .split('&')
    .filter((pair) => !pair.startsWith('X-Amz-Signature=') && !pair.startsWith('X-Amz-Security-Token='));
  const canonical = ['GET', path, canonicalQuery(signed.join('&')), `host:${host}`, '', 'host', sha256('')].join('\n');
  const expected = signature(principal.secretAccessKey, scope, value('X-Amz-Date'), canonical);
  return sameText(value('X-Amz-Signature'), expected) ? principal : null;
}
