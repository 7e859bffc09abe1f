import type { Constant } from '../../mendix/constants/configured.ts';

/** Of the declared ones each has one of three states; obsolete ones are not declared. */
export function totals(constants: readonly Constant[]): Record<string, number> {
  const count = (matches: (constant: Constant) => boolean) => constants.filter(matches).length;
  return {
    declared: count(({ state }) => state !== 'obsolete'),
    overridden: count(({ state }) => state === 'overridden'),
    default: count(({ state }) => state === 'default'),
    missing: count(({ state }) => state === 'missing'),
    obsolete: count(({ state }) => state === 'obsolete'),
    secret: count(({ secret }) => secret !== null),
  };
}
