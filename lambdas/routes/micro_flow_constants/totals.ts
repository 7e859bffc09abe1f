import type { Constant } from '../../mendix/constants/constant.ts';
import type { Reading } from './reading.ts';

/**
 * How many constants there are of each kind. `null`: not known, because a source that would tell could not be read, or
 * none is configured that would; a count without what that source may add is no count.
 */
export function totals(reading: Reading): Record<string, number | null> {
  const { constants, model, unlisted } = reading;
  const count = (matches: (constant: Constant) => boolean) => constants.filter(matches).length;
  const statesKnown = constants.every(({ state }) => state !== null);
  const inState = (state: Constant['state']) => (statesKnown ? count((constant) => constant.state === state) : null);
  const ofModel = (total: number | null) => (model === null ? null : total);
  return {
    declared: ofModel(count(({ state }) => state !== 'obsolete')),
    overridden: inState('overridden'),
    default: ofModel(inState('default')),
    missing: ofModel(inState('missing')),
    // A constant that the model has may be anything but this.
    obsolete: ofModel(unlisted ? null : count(({ state }) => state === 'obsolete')),
    secret: unlisted ? null : count(({ secret }) => secret !== null && secret !== 'unknown'),
    secret_unknown: unlisted ? null : count(({ secret }) => secret === 'unknown'),
    unknown: count(({ value_known }) => !value_known),
  };
}
