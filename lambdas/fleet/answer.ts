/** Several environments in one answer: their newest recorded summaries, filtered before anything is added up. */

import type { Answer, FleetRequest, MetricsBody } from '../exchange.ts';
import { type Fault, faultOf, type PartProblem, partProblem } from '../faults.ts';
import type { Recorded } from '../record/latest.ts';
import { type Newest, newestOf } from '../record/newest.ts';
import type { RecordReader } from '../record/reader.ts';
import { familiesOf } from '../record/samples.ts';
import type { FleetPart } from '../route.ts';
import { RecordUnavailableError } from '../upstream-errors.ts';
import { type DistinctIdentities, distinctOf } from './distinct.ts';
import { totalOf } from './total.ts';

/** One environment of the answer. */
export interface FleetRow {
  environment: string;
  /** The time that the summary is true for. */
  as_of: string | null;
  /** When it was recorded. */
  recorded_at: string | null;
  /** True when the last recording failed, or is older than two should be. */
  stale: boolean;
  summary: Record<string, unknown> | null;
  error: PartProblem | null;
}

/** The record that the answer is from. */
export interface FleetRecord {
  taken_at: string | null;
  /** Whole minutes in seconds, once it is older than two runs; `null` while it is not. */
  age_s: number | null;
  /** `old`, or why it cannot be read; `null`: it is as it should be. */
  reason: string | null;
}

export interface FleetBody {
  environments: FleetRow[];
  total: Record<string, number | null>;
  distinct?: DistinctIdentities;
  record: FleetRecord;
}

/** The last name of a page. */
export interface FleetPosition {
  after: string;
}

const DAY_MS = 86_400_000;
/** A new record comes every few minutes. */
const MAX_AGE_SECONDS = 60;

/**
 * The answer. A record that cannot be read is each environment's own error: the environments are there all the same, since
 * a list without them would look like a fleet that is gone.
 *
 * @param route name of the route whose summaries are asked for
 */
export async function fleetAnswer(
  route: string,
  part: FleetPart,
  request: FleetRequest<FleetPosition>,
  record: Pick<RecordReader, 'latest'>,
  now: Date,
): Promise<Answer<FleetBody | MetricsBody, FleetPosition>> {
  const asked = request.environments.map(({ environment }) => environment);
  const newest = await newestOf(route, asked, record);
  const age = ageOf(newest, now);
  const names = asked.map(({ name }) => name).toSorted();
  const recordedOf = (name: string) => newest.routesOf(name)?.[route] ?? null;
  const faults = newest.errors.map(faultOf);
  if (request.figures) return figuresOf(route, names, recordedOf, newest, faults, now);

  const { position, limit } = request;
  const isOld = age === null ? oldAt(part, newest, now) : () => true;
  const rows = names.map((name) => rowOf(name, recordedOf(name), newest.errorOf(name), isOld));
  const after = position === null ? rows : rows.filter(({ environment }) => environment > position.after);
  const page = after.slice(0, limit);
  const isLast = page.length === after.length;
  const parts = names.map(recordedOf);
  const distinct = part.distinct ? distinctOf(newest.distinct, names) : null;
  const complete = rows.every(isWhole(parts)) && (distinct === null || distinct.identities !== null);
  return {
    body: {
      environments: page,
      total: totalOf(part, parts),
      ...(distinct !== null && { distinct }),
      record: { taken_at: newest.taken_at, age_s: age, reason: reasonOf(newest.errors, age) },
      complete,
    },
    next: isLast ? null : { after: page.at(-1)?.environment ?? '' },
    positions: page.map(({ environment }) => ({ after: environment })),
    as_of: newest.taken_at,
    revision: `${newest.revision} ${age}`,
    max_age: complete ? MAX_AGE_SECONDS : 0,
    faults,
  };
}

/** Whole minutes in seconds when older than two runs. */
function ageOf({ taken_at, every_minutes }: Newest, now: Date): number | null {
  if (taken_at === null) return null;
  const age = (now.getTime() - Date.parse(taken_at)) / 60_000;
  return age > 2 * every_minutes ? Math.floor(age) * 60 : null;
}

function reasonOf([error]: readonly unknown[], age: number | null): string | null {
  if (error !== undefined) return faultOf(error).reason;
  return age === null ? null : 'old';
}

/** What is recorded once a day has two days, as everything else has two runs. */
function oldAt({ daily }: FleetPart, { every_minutes }: Newest, now: Date): (taken_at: string) => boolean {
  const limit = daily === true ? 2 * DAY_MS : 2 * every_minutes * 60_000;
  return (taken_at) => now.getTime() - Date.parse(taken_at) > limit;
}

function rowOf(
  environment: string,
  recorded: Recorded | null,
  error: unknown,
  isOld: (taken_at: string) => boolean,
): FleetRow {
  if (recorded === null) {
    const problem = partProblem(error ?? new RecordUnavailableError('missing'));
    return { environment, as_of: null, recorded_at: null, stale: false, summary: null, error: problem };
  }
  const { as_of, taken_at, summary, error: failed } = recorded;
  const stale = summary !== null && (failed !== null || taken_at === null || isOld(taken_at));
  return { environment, as_of, recorded_at: taken_at, stale, summary, error: failed };
}

/** Whether the row of each environment is all that it should be. */
function isWhole(parts: readonly (Recorded | null)[]): (row: FleetRow, at: number) => boolean {
  return ({ stale, error }, at) => !stale && error === null && parts[at]?.complete === true;
}

function figuresOf(
  route: string,
  names: readonly string[],
  recordedOf: (name: string) => Recorded | null,
  newest: Newest,
  faults: readonly Fault[],
  now: Date,
): Answer<MetricsBody, FleetPosition> {
  const readable = names.map((environment) => ({ environment, routes: { [route]: recordedOf(environment) } }));
  return {
    body: { families: familiesOf(readable, now), complete: names.every((name) => recordedOf(name)?.error === null) },
    next: null,
    as_of: newest.taken_at,
    // Ages go on: no two answers are the same.
    revision: now.toISOString(),
    max_age: 0,
    faults,
  };
}
