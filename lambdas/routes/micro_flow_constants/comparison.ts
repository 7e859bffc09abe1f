/** What differs between two environments, seen by fingerprint, so that no secret has to be shown. */
import type { Constant } from '../../mendix/constants/configured.ts';
import type { AnswerOf } from '../../route.ts';
import type { Finding } from './findings.ts';
import type { Fingerprint } from './fingerprint.ts';
import type { route } from './route.ts';
import { isKnown, sideOf, winnerKnown } from './row.ts';

export type Difference = NonNullable<AnswerOf<typeof route>['differences']>[number];

export interface Comparison {
  /** Sorted by name; one for each thing that differs. */
  differences: Difference[];
  /** Constants: each is in exactly one of them. `unknown`: set in a store that is not read, in one of the two. */
  summary: Record<'equal' | 'different' | 'only_here' | 'only_there' | 'unknown', number>;
  findings: Finding[];
}

export function compare(
  environment: string,
  here: readonly Constant[],
  there: readonly Constant[],
  fingerprint: Fingerprint,
): Comparison {
  const ours = byName(here);
  const theirs = byName(there);
  const comparison: Comparison = {
    differences: [],
    summary: { equal: 0, different: 0, only_here: 0, only_there: 0, unknown: 0 },
    findings: [],
  };
  for (const name of [...new Set([...ours.keys(), ...theirs.keys()])].sort((a, b) => (a < b ? -1 : 1))) {
    const own = ours.get(name) ?? null;
    const other = theirs.get(name) ?? null;
    const changes = changesOf(own, other, fingerprint);
    comparison.summary[classOf(own, other, changes)] += 1;
    // Equal values have equal fingerprints: a secret here that is none there would be told by the other side.
    const masked = [own, other].some((constant) => constant !== null && constant.secret !== null);
    for (const change of changes) {
      comparison.differences.push({
        name,
        change,
        here: own === null ? null : sideOf(own, masked, fingerprint),
        there: other === null ? null : sideOf(other, masked, fingerprint),
      });
    }
    const add = (finding: Finding['finding']) => comparison.findings.push({ finding, name, environment, note: null });
    if (own === null || other === null) continue;
    if (isSameSecret(own, other, fingerprint)) add('same-secret-in-both');
    if (own.state === 'default' && other.state === 'overridden') add('overridden-there-default-here');
  }
  return comparison;
}

function changesOf(own: Constant | null, other: Constant | null, fingerprint: Fingerprint): Difference['change'][] {
  if (own === null) return ['only_there'];
  if (other === null) return ['only_here'];
  const changes: Difference['change'][] = [];
  if (isKnown(own) && isKnown(other) && fingerprint(own.winner) !== fingerprint(other.winner)) changes.push('value');
  if (fingerprint(own.default_candidate) !== fingerprint(other.default_candidate)) changes.push('default');
  if (own.type !== other.type) changes.push('type');
  if (own.state !== other.state) changes.push('state');
  return changes;
}

function classOf(
  own: Constant | null,
  other: Constant | null,
  changes: readonly Difference['change'][],
): keyof Comparison['summary'] {
  if (own === null) return 'only_there';
  if (other === null) return 'only_here';
  if (!isKnown(own) || !isKnown(other)) return 'unknown';
  return changes.length === 0 ? 'equal' : 'different';
}

/** An empty value is no secret that could be shared. */
function isSameSecret(own: Constant, other: Constant, fingerprint: Fingerprint): boolean {
  const [mine, yours] = [winnerKnown(own), winnerKnown(other)];
  if ((own.secret === null && other.secret === null) || mine === null || yours === null) return false;
  return !mine.empty && fingerprint(mine) === fingerprint(yours);
}

function byName(constants: readonly Constant[]): Map<string, Constant> {
  return new Map(constants.map((constant) => [constant.name, constant]));
}
