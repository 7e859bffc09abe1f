/** How many different people several environments have, from groups that hold no person. */
import type { Distinct } from '../record/latest.ts';

export interface DistinctIdentities {
  /** Licence identities, each once however many environments it is in; `null`: not counted in all of them. */
  identities: number | null;
  /** Of them, those who are internal in one of these environments and external in another. */
  internal_here_external_there: number | null;
  /** When they were counted, once a day. */
  as_of: string | null;
  /** Environments whose users are not in the count; the figures are `null` while there are some. */
  not_counted: string[];
}

/**
 * The figures of these environments, and of no other.
 *
 * Of the groups { internal: shop, external: crm, 1 } and { internal: shop, 2 }, who may read both sees 3 identities, 1 of
 * them internal here and external there; who may read `crm` alone sees 1 and 0.
 */
export function distinctOf(distinct: Distinct | null, names: readonly string[]): DistinctIdentities {
  const not_counted = names.filter((name) => distinct?.environments.includes(name) !== true);
  if (distinct === null || not_counted.length > 0) {
    return { identities: null, internal_here_external_there: null, as_of: distinct?.as_of ?? null, not_counted };
  }
  const places = new Set(names.map((name) => distinct.environments.indexOf(name)));
  const isHere = (place: number) => places.has(place);
  let identities = 0;
  let both = 0;
  for (const { internal, external, identities: count } of distinct.groups) {
    const [inside, outside] = [internal.some(isHere), external.some(isHere)];
    if (inside || outside) identities += count;
    if (inside && outside) both += count;
  }
  return { identities, internal_here_external_there: both, as_of: distinct.as_of, not_counted };
}
