/**
 * One part of the key space: the database's keys of it, the bucket's objects of it, and what the two make together.
 * The rule that makes the classes right while files come and go: docs/decisions/storage-audit.md.
 */
import { Deadline } from '../../context.ts';
import { type AuditScope, MAX_LOOKS, type Part, type PartResult } from './audit-scope.ts';
import { AuditTally, PartInspection } from './audit-tally.ts';
import { Findings } from './findings.ts';
import type { ListedClass } from './judgement.ts';
import { KeyReading } from './key-reading.ts';
import type { KnownKeys } from './known-keys.ts';
import { MAX_SINGLE_KEYS } from './second-look.ts';

/** Left for the answer: a tenth of the time, at most a second. */
const ANSWER_SHARE = 0.1;
const MAX_ANSWER_MS = 1_000;
/** What asking again may take: all keys once more, and half of that for a busier hour. */
const SECOND_LOOK_SHARE = 1.5;
const MIN_SECOND_LOOK_MS = 150;
/** What asking S3 for single keys of a report may take: a quarter of the time, at most six seconds. */
const LOOKS_SHARE = 0.25;
const MAX_LOOKS_MS = 6_000;
/** Rows of a list out of a report: S3 is asked for each. */
const MAX_REPORT_ROWS = 1_000;
/** A list ends between two pages: with larger ones S3 would be asked for what the next request has again. */
const REPORT_PAGE_KEYS = 100;

/**
 * Audits `part` until it is done or the time is up.
 *
 * @throws the database's errors while its keys are read or asked for again, and the bucket's errors that end a listing
 *   at once: nothing of the part counts then; TooManyKeysError when the part is too large
 */
export async function auditPart(part: Part, scope: AuditScope): Promise<PartResult> {
  const started = Date.now();
  const { database, deadline } = scope;
  const answerAt = deadline.at - Math.min(MAX_ANSWER_MS, deadline.remaining() * ANSWER_SHARE);
  const forLooks = scope.report === null ? 0 : Math.min(MAX_LOOKS_MS, deadline.remaining() * LOOKS_SHARE);
  let until = answerAt - forLooks - (database === null ? 0 : MIN_SECOND_LOOK_MS);
  const reading = database === null ? null : new KeyReading(part, scope.layout, database);
  // Nothing is asked of S3 before the moment that the database's answer is of: what is old by then was there by then.
  await reading?.snapshot;
  const read = reading?.keys.then(
    (keys): KnownKeys | null => {
      const now = Date.now();
      until = Math.min(
        until,
        answerAt - forLooks - Math.min(SECOND_LOOK_SHARE * (now - started), (answerAt - now) / 2),
      );
      return keys;
    },
    () => null,
  );
  const inspection = new PartInspection(
    {
      layout: scope.layout,
      ages: scope.ages,
      listed: listedClass(part.list, scope.report !== null),
      max_objects:
        part.list !== null && scope.report !== null ? Math.min(part.max_rows, MAX_REPORT_ROWS) : part.max_rows,
      max_kept: scope.report === null || part.list !== null ? Number.POSITIVE_INFINITY : MAX_LOOKS,
      max_suspects: part.list === null ? MAX_SINGLE_KEYS : Number.POSITIVE_INFINITY,
      until: () => until,
    },
    read ?? Promise.resolve(null),
  );
  const listing = await scope.list(
    {
      ...scope.bucket,
      what: 'objects',
      rules: scope.rules,
      position_bytes: part.position_bytes,
      inspection,
      ...(part.list !== null && scope.report !== null && { page_keys: REPORT_PAGE_KEYS }),
    },
    { ranges: part.ranges, tally: [0, 0, 0, 0, 0], prefixes: [] },
    new Deadline(answerAt),
  );
  const keys = reading === null ? null : await reading.keys;
  const { tally } = listing;
  if (!(tally instanceof AuditTally)) throw new TypeError('the listing counted with a tally of another kind');
  await inspection.complete(tally);
  const rest = listing.position?.ranges ?? [];
  const findings = await findingsOf(part, scope, tally, answerAt - MIN_SECOND_LOOK_MS);
  if (keys === null || database === null) await findings.listObjects();
  else await findings.complete(keys, rest, database);
  const { interruption, pages } = listing;
  return { totals: findings.totals, rows: findings.rows, rest, interruption, pages };
}

/** @param until milliseconds since the epoch after which S3 is asked for no further key of a report */
async function findingsOf(part: Part, scope: AuditScope, tally: AuditTally, until: number) {
  const { report } = scope;
  if (process.env['MRT_WITH_INVENTORY'] === 'off' || report === null) return new Findings(part, scope, tally);
  const { ReportFindings } = await import('./report-findings.ts');
  return new ReportFindings(part, scope, tally, { report, until });
}

/**
 * Documents that are missing, and objects of another size, come from the second look. What looks orphaned in a report is
 * wanted one by one also for figures, as the app may have deleted it since.
 */
function listedClass(list: Part['list'], isReport: boolean): ListedClass | null {
  if (list === null && isReport) return 'orphaned';
  return list === 'missing' || list === 'size_mismatch' ? null : list;
}
