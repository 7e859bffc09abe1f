/** What differs between two environments, with fingerprints in place of what is masked. */
import type { Constant } from '../../mendix/constants/constant.ts';
import { maskEmbedded } from '../../mendix/secrets/embedded.ts';
import type { AnswerOf } from '../../route.ts';
import type { Finding } from './findings.ts';
import type { Fingerprint } from './fingerprint.ts';
import type { Reading } from './reading.ts';
import type { route } from './route.ts';
import { sideOf, winnerKnown } from './row.ts';
import { isSameValue } from './same-value.ts';

export type Difference = NonNullable<AnswerOf<typeof route>['differences']>[number];

export interface Comparison {
  /** Sorted by name; one for each thing that differs. */
  differences: Difference[];
  /** Constants: each is in exactly one of them. `unknown`: something of one of the two is not known that would decide. */
  summary: Record<'equal' | 'different' | 'only_here' | 'only_there' | 'unknown', number>;
  findings: Finding[];
}

/** What of a reading is compared. */
type Compared = Pick<Reading, 'environment' | 'constants' | 'model' | 'unlisted'>;

/**
 * @param here the environment that was asked for; findings are about it
 * @param fingerprints under the keys of whose each environment is: of two tenants they are never alike
 */
export function compare(
  here: Compared,
  there: Compared,
  fingerprints: Record<'here' | 'there', Fingerprint>,
): Comparison {
  const ours = byName(here.constants);
  const theirs = byName(there.constants);
  const holding = namesHoldingMasked([...here.constants, ...there.constants]);
  const models = here.model !== null && there.model !== null;
  // Two environments without a model are compared by what is set, which is all that they have.
  const settingsOnly = [here, there].every(({ model, unlisted }) => model === null && !unlisted);
  const comparison: Comparison = {
    differences: [],
    summary: { equal: 0, different: 0, only_here: 0, only_there: 0, unknown: 0 },
    findings: [],
  };
  for (const name of [...new Set([...ours.keys(), ...theirs.keys()])].sort((a, b) => (a < b ? -1 : 1))) {
    const own = ours.get(name) ?? null;
    const other = theirs.get(name) ?? null;
    const pair = { own, other, models, settingsOnly };
    const changes = isUnlisted(pair, here, there) ? [] : changesOf(pair);
    comparison.summary[classOf(pair, changes)] += 1;
    const masked = holding.has(name) || [own, other].some((constant) => constant !== null && constant.secret !== null);
    for (const change of changes) {
      comparison.differences.push({
        name,
        change,
        here: own === null ? null : sideOf(own, masked, fingerprints.here),
        there: other === null ? null : sideOf(other, masked, fingerprints.there),
      });
    }
    const add = (finding: Finding['finding']) =>
      comparison.findings.push({ finding, name, environment: here.environment, note: null });
    if (own === null || other === null) continue;
    if (isMaskedOnOneSide(own, other)) {
      const note = 'It is masked in one of the two and shown in the other, so whether they are equal is not told.';
      comparison.findings.push({ finding: 'masked-on-one-side', name, environment: here.environment, note });
    }
    if (isSameSecret(own, other)) add('same-secret-in-both');
    if (own.state === 'default' && other.state === 'overridden') add('overridden-there-default-here');
  }
  return comparison;
}

/** A constant of both environments. */
interface Pair {
  own: Constant | null;
  other: Constant | null;
  /** Both environments have a model: only then do default and type say something of both. */
  models: boolean;
  /** Neither is configured with one. */
  settingsOnly: boolean;
}

/**
 * Whether the side that does not list the constant may have it all the same: a source that failed may set it, and
 * without a model nothing that stands at its default is listed.
 */
function isUnlisted({ own, other }: Pair, here: Compared, there: Compared): boolean {
  const [absent, listed] = own === null ? [here, other] : [there, own];
  if (own !== null && other !== null) return false;
  return absent.unlisted || (absent.model === null && (listed?.state === 'default' || listed?.state === 'missing'));
}

/** What of a constant of both environments differs, as far as both sides are known. */
function changesOf({ own, other, models }: Pair): Difference['change'][] {
  if (own === null) return ['only_there'];
  if (other === null) return ['only_here'];
  const changes: Difference['change'][] = [];
  const comparable = !isMaskedOnOneSide(own, other);
  if (comparable && own.value_known && other.value_known && !isSameValue(own.winner, other.winner)) {
    changes.push('value');
  }
  if (!models) return changes;
  if (comparable && !isSameValue(own.default_candidate, other.default_candidate)) changes.push('default');
  if (own.type !== other.type) changes.push('type');
  if (own.state !== null && other.state !== null && own.state !== other.state) changes.push('state');
  return changes;
}

/** Which of the summary's classes the constant is in. */
function classOf(
  { own, other, models, settingsOnly }: Pair,
  changes: readonly Difference['change'][],
): keyof Comparison['summary'] {
  if (own === null || other === null) {
    const [change] = changes;
    return change === 'only_here' || change === 'only_there' ? change : 'unknown';
  }
  if (!own.value_known || !other.value_known || isMaskedOnOneSide(own, other)) return 'unknown';
  if (changes.length > 0) return 'different';
  return models || settingsOnly ? 'equal' : 'unknown';
}

/**
 * What is masked here and shown there, or the other way round: whoever were told that the two are equal, or are not,
 * could read the masked one in the other environment's answer.
 */
function isMaskedOnOneSide(own: Constant, other: Constant): boolean {
  return (own.secret === null) !== (other.secret === null);
}

/** A secret on both sides, and the same. An empty value is no secret that could be shared. */
function isSameSecret(own: Constant, other: Constant): boolean {
  const [mine, yours] = [winnerKnown(own), winnerKnown(other)];
  if (!isSecret(own) || !isSecret(other) || mine === null || yours === null) return false;
  return !mine.empty && isSameValue(mine, yours);
}

function byName(constants: readonly Constant[]): Map<string, Constant> {
  return new Map(constants.map((constant) => [constant.name, constant]));
}

/** Constants that are shown in their own environment, and hold a text that is masked in the other. */
function namesHoldingMasked(constants: readonly Constant[]): Set<string> {
  const masked = maskEmbedded(constants);
  return new Set(
    constants.filter(({ secret }, at) => secret === null && masked[at]?.secret !== null).map(({ name }) => name),
  );
}

/** Known to be a secret: of what is only not known to be harmless, an alarm would be false too often. */
function isSecret({ secret }: Constant): boolean {
  return secret !== null && secret !== 'unknown';
}
