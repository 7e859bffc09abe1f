/** The sizes of an environment's buckets, as `GET /bucket_size` answers. */
import type { Fault } from '../faults.ts';
import { figureOf } from '../record/figure.ts';
import type { Addend, Recorded } from '../record/latest.ts';
import type { BucketRow } from '../routes/bucket_size/bucket-row.ts';
import { bucketSize, type Position } from '../routes/bucket_size/bucket-size.ts';
import type { Upstreams } from '../routes/bucket_size/upstreams.ts';
import { asking, type Recording, requestOf, type Turn } from './recording.ts';

type BucketSizeRequest = Parameters<typeof bucketSize>[0];

/** Buckets of an environment at most, by the configuration's schema. */
const ALL_BUCKETS = 1_000;

/** What the turns before this one have, and need not be asked for again. */
export interface Listed {
  /** Rows that are whole and as new as they can be, as the summary has them. */
  rows: SummaryRow[];
  /** Where a listing was cut, and after the turn, where it is cut now. */
  rest: Position | null;
}

const DAY_MS = 86_400_000;
/** A listing is as new as it need be for a day: it costs a request for 1,000 keys. */
const MAX_LISTING_AGE_MS = 23 * 3_600_000;

/** @param rest what the environment's memory has of a cut listing */
export function listedBefore(before: Recorded | undefined, rest: unknown, now: Date): Listed {
  const rows = (before?.summary?.['buckets'] ?? []) as SummaryRow[];
  // CloudWatch's newest is of yesterday (S3 user guide, "Monitoring metrics with Amazon CloudWatch"): with it there is
  // nothing new before midnight, and each metric that is asked for is paid.
  const yesterday = Math.floor(now.getTime() / DAY_MS) * DAY_MS - DAY_MS;
  const isNewest = ({ source, as_of }: SummaryRow) => {
    if (as_of === null) return false;
    const time = Date.parse(as_of);
    return source === 'listing' ? now.getTime() - time < MAX_LISTING_AGE_MS : time >= yesterday;
  };
  return {
    rows: rows.filter((row) => row.complete && row.error === null && isNewest(row)),
    rest: (rest ?? null) as Position | null,
  };
}

/**
 * CloudWatch's figures of the whole buckets until it has yesterday's, and once a day a listing where the environment has a part of a bucket only;
 * a listing that takes longer than a turn goes on in the next.
 *
 * @param listed by the turns before; its `rest` is set anew
 * @throws what is no upstream's fault; an upstream's is its bucket's own
 */
export async function recordBucketSizes(turn: Turn, upstreams: Upstreams, listed: Listed): Promise<Recording> {
  const { environment } = turn;
  if (environment.agent !== undefined) return recordedFrom(await ask(turn, upstreams, null), null);
  const all = environment.buckets ?? [];
  const kept = listed.rows.filter(({ bucket }) => all.some((configured) => configured.bucket === bucket));
  const asked = all.filter(({ bucket }) => !kept.some((row) => row.bucket === bucket));
  const { rows, as_of, rest, faults } = await ask(
    { ...turn, environment: { ...environment, buckets: asked } },
    upstreams,
    listed.rest,
  );
  listed.rest = rest;
  const whole = all.flatMap(({ bucket }) => [...rows, ...kept].find((row) => row.bucket === bucket) ?? []);
  return recordedFrom({ rows: whole, as_of, rest: null, faults }, all.length);
}

/** @param count of the environment's buckets; `null`: its agent knows, and all came if nothing is left to ask */
function recordedFrom(
  { rows: whole, as_of, rest, faults }: Awaited<ReturnType<typeof ask>>,
  count: number | null,
): Recording {
  const isWhole = count === null ? rest === null : whole.length === count;
  return {
    as_of: as_of ?? whole[0]?.as_of ?? null,
    complete: isWhole && whole.every(({ complete }) => complete),
    summary: { buckets: whole },
    addends: whole.map(addendOf),
    figures: whole.flatMap((row) => [
      ...typesOf(row).map(({ type, size_bytes }) =>
        figureOf('bucket_size_bytes', { bucket: row.bucket, storage_type: type }, size_bytes),
      ),
      figureOf('bucket_objects', { bucket: row.bucket }, row.object_count),
    ]),
    source: whole.some(({ source }) => source === 'listing') ? 'metrics+listing' : 'metrics',
    faults,
  };
}

/** Page by page while there is time; with nothing to ask, nothing. */
async function ask(turn: Turn, upstreams: Upstreams, from: Position | null) {
  const sizes = asking(turn, 'bucket_size', (request: BucketSizeRequest) => bucketSize(request, upstreams));
  const { agent, buckets = [] } = turn.environment;
  const rows = new Map<string, SummaryRow>();
  const faults: Fault[] = [];
  let as_of: string | null = null;
  // What was cut goes on first; without its bucket the position is nobody's.
  let rest = buckets.some(({ bucket }) => bucket === from?.bucket) ? from : null;
  const ordered = buckets.toSorted((a, b) => Number(b.bucket === rest?.bucket) - Number(a.bucket === rest?.bucket));
  if (ordered.length === 0 && agent === undefined) return { rows: [], as_of, rest: null, faults };
  do {
    const environment = { ...turn.environment, buckets: ordered };
    const answer = await sizes(requestOf({ ...turn, environment }, {}, ALL_BUCKETS, rest));
    // A listing that was cut comes with each page; the last page has all of it.
    for (const row of answer.body.buckets) rows.set(row.bucket, summaryOf(row));
    faults.push(...(answer.faults ?? []));
    as_of = answer.as_of ?? as_of;
    rest = answer.next;
  } while (rest !== null && turn.context.deadline.remaining() > 0);
  return { rows: [...rows.values()], as_of, rest, faults };
}

/** A listing that was cut is a lower bound, which would count as the size: not known. */
function known(row: Pick<BucketRow, 'source' | 'complete'>, figure: number | null): number | null {
  return row.source === 'listing' && !row.complete ? null : figure;
}

/** One row of the fleet's summary. */
type SummaryRow = ReturnType<typeof summaryOf>;

function summaryOf(row: BucketRow) {
  const { bucket, region, prefix, source, as_of, storage_types, growth, error, complete } = row;
  return {
    bucket,
    region,
    prefix,
    size_bytes: known(row, row.size_bytes),
    object_count: known(row, row.object_count),
    source,
    as_of,
    storage_types,
    growth,
    error,
    complete,
  };
}

/** The whole bucket, or the part of it that is the environment's: two that have the same count once. */
function addendOf({ bucket, prefix, size_bytes, object_count }: SummaryRow): Addend {
  return {
    once: `${bucket}/${prefix ?? ''}`,
    within: prefix === null ? null : `${bucket}/`,
    figures: { size_bytes, object_count },
  };
}

/** By storage type, from a listing by storage class. */
function typesOf(row: SummaryRow): { type: string; size_bytes: number | null }[] {
  const types = row.storage_types.map(({ storage_type, storage_class, size_bytes }) => ({
    type: storage_type ?? storage_class ?? 'unknown',
    size_bytes: known(row, size_bytes),
  }));
  return types.length === 0 ? [{ type: 'all', size_bytes: row.size_bytes }] : types;
}
