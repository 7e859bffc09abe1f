/** The groups that an identity provider names, in the forms in which Cognito hands them on. */

/** What form-encoding leaves as it is, with its signs for the rest. */
const FORM_ENCODED = /^[\w.*%+-]+$/;

/**
 * Names of groups out of one claim.
 *
 * A list arrives as a list, as its JSON text, or flattened: `[mrt-operators,MRT+Owners]`, each name form-encoded (Cognito
 * guide, "Mapping IdP attributes to profiles and tokens"). A text without brackets is one name, commas and all: who may
 * name a group `x,mrt-operators` must not become an operator. So a flattened name that is not encoded is none at all.
 *
 * @example `[mrt-operators,MRT+Owners]` → `mrt-operators`, `MRT Owners`; `a,b` → `a,b`; nothing → none
 */
export function providerGroups(claim: unknown): string[] {
  if (Array.isArray(claim)) return claim.filter((item) => typeof item === 'string');
  if (typeof claim !== 'string' || claim === '') return [];
  if (!claim.startsWith('[') || !claim.endsWith(']')) return [claim];
  try {
    const parsed: unknown = JSON.parse(claim);
    if (Array.isArray(parsed)) return parsed.filter((item) => typeof item === 'string');
  } catch {
    // Flattened, then.
  }
  return claim
    .slice(1, -1)
    .split(',')
    .map((item) => item.trim())
    .flatMap((item) => (FORM_ENCODED.test(item) ? decoded(item) : []));
}

/** Nothing for a text with a broken escape. */
function decoded(item: string): string[] {
  try {
    return [decodeURIComponent(item.replaceAll('+', ' '))];
  } catch {
    return [];
  }
}
