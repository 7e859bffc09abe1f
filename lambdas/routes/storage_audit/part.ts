/**
 * One part of the key space: the database's keys of it, the bucket's objects of it, and what the two make together.
 * The rule that makes the classes right while files come and go: docs/decisions/storage-audit.md.
 */
import { Deadline } from '../../context.ts';
import type { AuditScope, Part, PartResult } from './audit-scope.ts';
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
  let until = answerAt - (database === null ? 0 : MIN_SECOND_LOOK_MS);
  const reading = database === null ? null : new KeyReading(part, scope.layout, database);
  // Nothing is asked of S3 before the moment that the database's answer is of: what is old by then was there by then.
  await reading?.snapshot;
  const read = reading?.keys.then(
    (keys): KnownKeys | null => {
      const now = Date.now();
      until = Math.min(until, answerAt - Math.min(SECOND_LOOK_SHARE * (now - started), (answerAt - now) / 2));
      return keys;
    },
    () => null,
  );
  const inspection = new PartInspection(
    {
      layout: scope.layout,
      ages: scope.ages,
      listed: listedClass(part.list),
      max_objects: part.max_rows,
      max_suspects: part.list === null ? MAX_SINGLE_KEYS : Number.POSITIVE_INFINITY,
      until: () => until,
    },
    read ?? Promise.resolve(null),
  );
  const listing = await scope.list(
    { ...scope.bucket, what: 'objects', rules: scope.rules, position_bytes: part.position_bytes, inspection },
    { ranges: part.ranges, tally: [0, 0, 0, 0, 0], prefixes: [] },
    new Deadline(answerAt),
  );
  const keys = reading === null ? null : await reading.keys;
  const { tally } = listing;
  if (!(tally instanceof AuditTally)) throw new TypeError('the listing counted with a tally of another kind');
  await inspection.complete(tally);
  const rest = listing.position?.ranges ?? [];
  const findings = new Findings(part, scope, tally);
  if (keys === null || database === null) findings.listObjects();
  else await findings.complete(keys, rest, database);
  const { interruption, pages } = listing;
  return { totals: findings.totals, rows: findings.rows, rest, interruption, pages };
}

/** Documents that are missing, and objects of another size, come from the second look. */
function listedClass(list: Part['list']): ListedClass | null {
  return list === 'missing' || list === 'size_mismatch' ? null : list;
}
