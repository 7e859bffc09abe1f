/** The totals of an audit as they go out. */
import { QUEUE_STATES } from '../../mendix/files/documents.ts';
import type { AnswerOf } from '../../route.ts';
import type { AuditScope } from './audit-scope.ts';
import { monthlyCost, PRICES_AS_OF, PRICES_REGION } from './prices.ts';
import type { route } from './route.ts';
import { type Count, listed, sumOf, type Totals } from './totals.ts';

type Body = AnswerOf<typeof route>;
type Reconciliation = NonNullable<Body['reconciliation']>;

/**
 * The reconciliation. What needs the database is `null` without it, not 0: only foreign keys can be told by themselves.
 *
 * @param complete whether nothing is left
 */
export function reconciliationOf(
  scope: AuditScope,
  prefix: string | null,
  totals: Totals,
  complete: boolean,
): Reconciliation {
  const known = {
    bucket: scope.bucket.bucket,
    prefix,
    as_of: scope.as_of.toISOString(),
    complete: complete && scope.database !== null,
    listed: objects(listed(totals)),
    foreign: objects(totals.foreign),
    report: scope.report && reportOf(totals),
  };
  if (scope.database === null) {
    const unknown = {
      referenced: null,
      pending_deletion: null,
      orphaned: null,
      too_young: null,
      missing: null,
      size_mismatch: null,
    };
    return { ...known, ...unknown };
  }
  const { referenced, pending, orphaned, too_young, missing, size_mismatch, by_entity } = totals;
  return {
    ...known,
    referenced: objects(referenced),
    pending_deletion: {
      ...objects(sumOf(pending)),
      by_state: pending.map((count, i) => ({ state: QUEUE_STATES[i] ?? 'other', ...objects(count) })),
    },
    // A class of which a part is not confirmed has no sum: that of the rest would be one without a part.
    orphaned:
      totals.unconfirmed_orphans[0] > 0
        ? null
        : {
            ...objects(sumOf(orphaned.values())),
            by_storage_class: [...orphaned]
              .sort(([, a], [, b]) => b[1] - a[1])
              .map(([storage_class, count]) => ({ storage_class, ...objects(count) })),
          },
    too_young: objects(too_young),
    missing:
      totals.unconfirmed_missing[0] > 0
        ? null
        : { ...documents(missing), by_entity: by_entity && entities(by_entity.missing) },
    size_mismatch:
      totals.unconfirmed_mismatches[0] > 0
        ? null
        : { ...objects(size_mismatch), by_entity: by_entity && entities(by_entity.size_mismatch) },
  };
}

/** What comes of the bucket's side being a report. */
function reportOf(totals: Totals): NonNullable<Reconciliation['report']> {
  const { unconfirmed_orphans, unconfirmed_missing, unconfirmed_mismatches } = totals;
  const atMost = (unconfirmed: Count, confirmed: Count) =>
    unconfirmed[0] === 0 ? null : sumOf([unconfirmed, confirmed]);
  const orphaned = atMost(unconfirmed_orphans, sumOf(totals.orphaned.values()));
  const missing = atMost(unconfirmed_missing, totals.missing);
  const size_mismatch = atMost(unconfirmed_mismatches, totals.size_mismatch);
  return {
    deleted_since: objects(totals.deleted_since),
    not_in_report: documents(totals.not_in_report),
    orphaned_at_most: orphaned && objects(orphaned),
    missing_at_most: missing && documents(missing),
    size_mismatch_at_most: size_mismatch && objects(size_mismatch),
  };
}

/** Whether a class has no sum because there was too much of it to ask S3 for. */
export function hasUnconfirmed(report: NonNullable<Reconciliation['report']>): boolean {
  const { orphaned_at_most, missing_at_most, size_mismatch_at_most } = report;
  return orphaned_at_most !== null || missing_at_most !== null || size_mismatch_at_most !== null;
}

/** What the orphans cost each month; `null` where they are not known. While the audit goes on, a lower bound as they are. */
export function costOf(reconciliation: Reconciliation): NonNullable<Body['cost']> {
  if (reconciliation.orphaned === null) return { orphaned_per_month: null, unpriced: null };
  const { by_storage_class } = reconciliation.orphaned;
  const cost = monthlyCost(by_storage_class.map(({ storage_class, size_bytes }) => [storage_class, size_bytes]));
  if ('unpriced' in cost) return { orphaned_per_month: null, unpriced: cost.unpriced };
  const amount = cost.usd.toFixed(2);
  return {
    orphaned_per_month: { amount, currency: 'USD', prices_as_of: PRICES_AS_OF, prices_region: PRICES_REGION },
    unpriced: null,
  };
}

function objects([object_count, size_bytes]: Count) {
  return { object_count, size_bytes };
}

function documents([file_count, size_bytes]: Count) {
  return { file_count, size_bytes };
}

function entities(counts: ReadonlyMap<string, Count>) {
  return [...counts]
    .sort(([a, [, x]], [b, [, y]]) => y - x || (a < b ? -1 : 1))
    .map(([entity, count]) => ({ entity, ...documents(count) }));
}
