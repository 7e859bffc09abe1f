/** Reads one bucket after the other, from where its figures come, and makes a row of each. */
import type { Deadline } from '../../context.ts';
import type { Bucket } from '../../environment-settings.ts';
import type { RunningQuery } from '../../inventory/query.ts';
import { UpstreamFailedError } from '../../upstream-errors.ts';
import type { CountRules } from '../../upstreams/s3/listing/tally.ts';
import type { UnfinishedUploads } from '../../upstreams/s3/listing/uploads.ts';
import { type BucketOutcome, count, isOutOfTime, oldProblem, problemIn } from './bucket-outcome.ts';
import { bothRow, failedRow, listingRow, METRICS_COVER_WHOLE_BUCKET, metricsRow, NO_INVENTORY } from './bucket-row.ts';
import { type BucketSizeParameters, sourceOf } from './chosen-buckets.ts';
import { explained } from './explained.ts';
import type { InventoryReading } from './inventory.ts';
import { finishedState, type ListingState, LiveLister, type LiveListing } from './live-listing.ts';
import { type BucketMetrics, PageMetrics } from './metrics.ts';
import { countRules, isShared } from './shared-bucket.ts';
import type { Upstreams } from './upstreams.ts';

/** The buckets of one page, with all that reading them takes. */
export class BucketReader {
  readonly #parameters: BucketSizeParameters;
  readonly #upstreams: Upstreams;
  readonly #metrics: PageMetrics;
  readonly #lister: LiveLister;
  readonly #deadline: Deadline;

  private constructor(
    parameters: BucketSizeParameters,
    upstreams: Upstreams,
    metrics: PageMetrics,
    deadline: Deadline,
  ) {
    this.#parameters = parameters;
    this.#upstreams = upstreams;
    this.#metrics = metrics;
    this.#lister = new LiveLister(upstreams, deadline);
    this.#deadline = deadline;
  }

  /** Reads the metrics of those of `page` that need them, all at once. @param deadline of the listings */
  static async open(
    page: readonly Bucket[],
    parameters: BucketSizeParameters,
    upstreams: Upstreams,
    deadline: Deadline,
  ): Promise<BucketReader> {
    const isMeasured = (bucket: Bucket) => ['metrics', 'both'].includes(sourceOf(parameters, bucket));
    const measured = page.filter((bucket) => isMeasured(bucket) && !isShared(bucket));
    const metrics = await PageMetrics.read(measured, parameters.days ?? 0, new Date(), upstreams);
    return new BucketReader(parameters, upstreams, metrics, deadline);
  }

  /**
   * @param state where its listing was cut before
   * @param query over its inventory report, that was still running before
   * @throws what is no upstream's fault; an upstream's fault is the row's own
   */
  async read(bucket: Bucket, state: ListingState | null, query: RunningQuery | null): Promise<BucketOutcome> {
    const outcome: BucketOutcome = {
      row: failedRow(bucket, 'metrics', METRICS_COVER_WHOLE_BUCKET),
      rest: null,
      query: null,
      faults: [],
      unread: false,
    };
    const source = sourceOf(this.#parameters, bucket);
    if (source === 'listing') return this.#list(bucket, state, outcome);
    if (source === 'inventory') return this.#report(bucket, query, outcome);
    if (isShared(bucket)) return outcome;
    const metrics = this.#measure(bucket, outcome);
    return source === 'metrics' ? outcome : this.#compare(bucket, metrics, { state, query }, outcome);
  }

  /** CloudWatch's figures into the row; `null` when there are none. */
  #measure(bucket: Bucket, outcome: BucketOutcome): BucketMetrics | null {
    try {
      const metrics = this.#metrics.of(bucket);
      const uncounted = metrics.newest !== null && metrics.newest.object_count === null;
      const missing = uncounted ? problemIn(new UpstreamFailedError('cloudwatch', 'partial-data'), outcome) : null;
      outcome.row = metricsRow(bucket, metrics, this.#parameters.days !== undefined, missing);
      return metrics;
    } catch (error) {
      outcome.row = failedRow(bucket, 'metrics', problemIn(error, outcome));
      return null;
    }
  }

  /** S3's answer of now into the row. */
  async #list(bucket: Bucket, state: ListingState | null, outcome: BucketOutcome): Promise<BucketOutcome> {
    const { prefix, depth } = this.#parameters;
    const rules = countRules(bucket, prefix, depth);
    try {
      const listing = await this.#lister.list(bucket, rules, 'objects', state);
      const counted = rules?.prefix ?? prefix ?? bucket.prefix;
      const interruption = listing.interruption && problemIn(listing.interruption, outcome);
      outcome.row = listingRow(bucket, counted || null, depth ?? 0, listing, interruption);
      outcome.rest = listing.rest;
    } catch (error) {
      outcome.row = failedRow(bucket, 'listing', problemIn(error, outcome));
      outcome.unread = isOutOfTime(error);
    }
    return outcome;
  }

  /** What S3's own report says into the row. */
  async #report(bucket: Bucket, query: RunningQuery | null, outcome: BucketOutcome): Promise<BucketOutcome> {
    const { prefix, depth } = this.#parameters;
    const rules = countRules(bucket, prefix, depth);
    outcome.row = failedRow(bucket, 'inventory', NO_INVENTORY);
    if (process.env['MRT_WITH_INVENTORY'] !== 'off') {
      const { inventoryRow } = await import('./inventory.ts');
      try {
        const reading = await this.#askReport(bucket, rules, query);
        if (reading === null) return outcome;
        const counted = rules?.prefix ?? prefix ?? bucket.prefix;
        outcome.row = inventoryRow(bucket, counted || null, depth ?? 0, reading, oldProblem(reading, outcome));
        outcome.query = reading.rest;
      } catch (error) {
        outcome.row = failedRow(bucket, 'inventory', problemIn(error, outcome));
        outcome.unread = isOutOfTime(error);
      }
    }
    return outcome;
  }

  /** `null`: none is configured. @throws what {@link readInventory} throws */
  async #askReport(
    bucket: Bucket,
    rules: CountRules | null,
    query: RunningQuery | null,
  ): Promise<InventoryReading | null> {
    if (process.env['MRT_WITH_INVENTORY'] === 'off' || bucket.inventory === undefined) return null;
    const source = await this.#upstreams.inventory?.(bucket.reader);
    if (source === undefined) return null;
    const { readInventory } = await import('./inventory.ts');
    return readInventory(bucket, rules, query, source, this.#deadline);
  }

  /**
   * S3's answer of now beside the metrics that the row has, and S3's report where the bucket has one, asked meanwhile. A
   * fault of one leaves the others.
   */
  async #compare(
    bucket: Bucket,
    metrics: BucketMetrics | null,
    before: { state: ListingState | null; query: RunningQuery | null },
    outcome: BucketOutcome,
  ): Promise<BucketOutcome> {
    const rules = countRules(bucket, undefined, undefined);
    const reported = this.#askReport(bucket, rules, before.query).catch((error: unknown) => ({ error }));
    let sum: Promise<UnfinishedUploads | { reason: string }> | null = null;
    const uploads = () => {
      sum ??= this.#uploads(bucket, outcome);
      return sum;
    };
    let listed: LiveListing | null = null;
    try {
      const listing = await this.#lister.list(bucket, rules, 'versions', before.state);
      const interruption = listing.interruption && problemIn(listing.interruption, outcome);
      const difference = listing.rest === null ? await explained(metrics, listing, uploads, outcome) : null;
      outcome.row = bothRow(outcome.row, listing, difference, interruption);
      outcome.rest = listing.rest;
      listed = listing;
    } catch (error) {
      const problem = problemIn(error, outcome);
      outcome.row = { ...outcome.row, complete: false, error: outcome.row.error ?? problem };
      outcome.unread = isOutOfTime(error);
    }
    const report = await reported;
    if (process.env['MRT_WITH_INVENTORY'] !== 'off' && report !== null) {
      const { withReport } = await import('./report-beside.ts');
      const reading = 'error' in report ? null : report;
      const problem = 'error' in report ? problemIn(report.error, outcome) : oldProblem(report, outcome);
      const { row } = outcome;
      outcome.row = await withReport(row, reading, problem, { metrics, listing: row.listing, uploads });
      outcome.query = reading?.rest ?? null;
      // The next request is for the query: what is listed need not be listed again.
      if (outcome.query !== null && listed?.rest === null) outcome.rest = finishedState(listed);
    }
    return outcome;
  }

  /** Their sum, or the reason why there is none, which counts as a fault. */
  #uploads(bucket: Bucket, outcome: BucketOutcome): Promise<UnfinishedUploads | { reason: string }> {
    return this.#upstreams
      .uploads(bucket, this.#deadline)
      .catch((error: unknown) => ({ reason: count(error, outcome).reason }));
  }
}
