/** Fingerprints of values: equal ones can be seen across environments without showing one. */
import { hasher } from '../../keyed-hash.ts';
import type { VersionedKey } from '../../keys/object.ts';
import type { Candidate, Constant } from '../../mendix/constants/constant.ts';

/** @param of the constant whose value it is: masked or not, its fingerprints are of two kinds */
export type Fingerprint = (candidate: Candidate | null, of: Pick<Constant, 'secret'>) => string | null;

/**
 * A keyed hash of the typed value (`1.50` and `1.5` are the same decimal), cut to 128 bits, as `v1:<hex>`. `null` when
 * there is no value or it is not known. One key for all environments; without it a fingerprint tells nothing.
 *
 * What is masked and what is shown is hashed apart, so the two never have the same fingerprint: or a password would be
 * readable wherever another constant shows the same text. Docs: docs/decisions/masking.md.
 */
export function fingerprinter(key: VersionedKey): Fingerprint {
  const hash = hasher(key, 'fingerprint');
  return (candidate, of) => {
    if (candidate === null || candidate.typed === null) return null;
    const kind = of.secret === null ? 'shown' : 'masked';
    return hash(`constant:${kind}:${candidate.typed.canonical}`);
  };
}
