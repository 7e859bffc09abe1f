/**
 * The newest figures of several environments, wherever the record has them: those of a tenant with a role of its own are in
 * an object of the tenant's own, which a session of that role reads.
 */
import type { NamedEnvironment } from '../exchange.ts';
import { partProblem } from '../faults.ts';
import type { Distinct, RecordedRoutes } from './latest.ts';
import type { NewestRecord, RecordReader } from './reader.ts';

export interface Newest {
  /** When the run that wrote them ended, of several parts the oldest; `null`: none can be read. */
  taken_at: string | null;
  /** 0: none can be read. */
  every_minutes: number;
  /** Tells one state of all parts from another. */
  revision: string;
  /** Why parts cannot be read; empty: all can. */
  errors: readonly unknown[];
  /** `null`: nothing is recorded of it, or its part cannot be read. */
  routesOf(environment: string): RecordedRoutes | null;
  /** Why the environment's part cannot be read; `null`: it can. */
  errorOf(environment: string): unknown;
  /** People are counted within one owner's environments and never across: `null` for environments of several. */
  distinct: Distinct | null;
}

/** What one owner's environments are read from. */
interface Part {
  names: ReadonlySet<string>;
  newest: NewestRecord | null;
  error: unknown;
}

/**
 * Reads the parts side by side. One that cannot be read is its own environments' error and nobody else's.
 *
 * @param environments of whomever; without any, the part of all who have no role of their own says how old the record is
 * @throws what is no fault of the record, of S3 or of STS: a bug must be seen
 */
export async function newestOf(
  view: string,
  environments: readonly Pick<NamedEnvironment, 'name' | 'reader'>[],
  record: Pick<RecordReader, 'latest'>,
): Promise<Newest> {
  const groups = [...Map.groupBy(environments, ({ reader }) => reader?.role).values()];
  const parts = await Promise.all((groups.length === 0 ? [[]] : groups).map((group) => readPart(view, group, record)));
  const read = parts.flatMap(({ newest }) => newest ?? []);
  const partOf = (name: string) => parts.find(({ names }) => names.has(name));
  return {
    taken_at: read.map(({ latest }) => latest.taken_at).toSorted()[0] ?? null,
    every_minutes: Math.max(0, ...read.map(({ latest }) => latest.every_minutes)),
    revision: parts.map(({ newest, error }) => newest?.etag ?? String(error)).join(' '),
    errors: parts.flatMap(({ error }) => error ?? []),
    routesOf(name) {
      const recorded = partOf(name)?.newest?.latest.environments ?? {};
      // Own names only: `constructor` is an environment that nobody configured.
      return (Object.hasOwn(recorded, name) ? recorded[name] : null) ?? null;
    },
    errorOf: (name) => partOf(name)?.error ?? null,
    distinct: parts.length === 1 ? (read[0]?.latest.distinct ?? null) : null,
  };
}

async function readPart(
  view: string,
  group: readonly Pick<NamedEnvironment, 'name' | 'reader'>[],
  record: Pick<RecordReader, 'latest'>,
): Promise<Part> {
  const names = new Set(group.map(({ name }) => name));
  try {
    return { names, newest: await record.latest(view, group[0]?.reader), error: null };
  } catch (error) {
    partProblem(error);
    return { names, newest: null, error };
  }
}
