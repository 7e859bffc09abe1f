/**
 * `latest/<view>.json.gz`: the newest figures of every environment, as the recorder writes them and the routes read
 * them. Fields that this release does not know are let through: during a deployment, and after a roll-back, older
 * functions read what a newer recorder wrote. What changes the meaning of a known field raises `schema_version`.
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod/mini';
import { RecordUnavailableError } from '../upstream-errors.ts';
import { figure } from './figure.ts';

/** The newest that this release reads and writes. */
export const SCHEMA_VERSION = 1;

/** What an environment adds to the totals of the fleet. */
const addend = z.object({
  /** Things of the same name are one thing and count once: a bucket that two environments have. */
  once: z.string(),
  /** The thing that this is a part of; where that counts, this does not count again. `null`: of none. */
  within: z.nullable(z.string()),
  /** By the name of the total. `null`: not known, and so is the total. */
  figures: z.record(z.string(), z.nullable(z.number())),
});

/** A route's problem, as it stands beside a part of an answer. */
const partProblem = z.looseObject({ type: z.string(), title: z.string(), status: z.int(), detail: z.string() });

const recorded = z.object({
  /** When the recorder asked last. */
  tried_at: z.string(),
  /** When it got the figures that stand here; `null`: never. */
  taken_at: z.nullable(z.string()),
  /** The time that they are true for, as the route says it. */
  as_of: z.nullable(z.string()),
  /** As the route's answer said. */
  complete: z.boolean(),
  /** The route's summary; its shape is the route's. */
  summary: z.nullable(z.record(z.string(), z.unknown())),
  addends: z.array(addend),
  figures: z.array(figure),
  /** Why the last try gave nothing; `null`: it did. */
  error: z.nullable(partProblem),
});

/**
 * Identities by the environments that they are in: 12 people who are internal in the first environment and external in
 * the third are `{ internal: [0], external: [2], identities: 12 }`. Counts only, so nobody can be found in it, and the
 * figure for any choice of environments is exact.
 */
const distinct = z.object({
  /** When they were counted. */
  as_of: z.string(),
  /** The environments whose users were counted; the groups name them by place. */
  environments: z.array(z.string()),
  groups: z.array(z.object({ internal: z.array(z.int()), external: z.array(z.int()), identities: z.int() })),
});

const latest = z.object({
  schema_version: z.int(),
  /** When the run that wrote it ended. */
  taken_at: z.string(),
  every_minutes: z.int(),
  /** By name, then by route: a view of one route has that route only. */
  environments: z.record(z.string(), z.record(z.string(), recorded)),
  /** Of the users' view only. */
  distinct: z.optional(z.nullable(distinct)),
});

export type Recorded = z.output<typeof recorded>;
export type Addend = z.output<typeof addend>;
export type Distinct = z.output<typeof distinct>;
export type Latest = z.output<typeof latest>;
/** An environment's part, by route. */
export type RecordedRoutes = Latest['environments'][string];

/** JSON in gzip: a fleet of 60 is some 40 kB instead of 400. */
export function packed(value: unknown): Buffer {
  return gzipSync(JSON.stringify(value));
}

/**
 * What {@link packed} made.
 *
 * @throws RecordUnavailableError `unreadable` when it is cut or is no such JSON, `newer-schema` when only a newer release
 *   can know what it means
 */
export function unpacked<Schema extends z.ZodMiniType<{ schema_version: number }>>(
  body: Uint8Array,
  schema: Schema,
): z.output<Schema> {
  let json: unknown;
  try {
    json = JSON.parse(gunzipSync(body).toString('utf8'));
  } catch (cause) {
    throw new RecordUnavailableError('unreadable', { cause });
  }
  const version = (json as { schema_version?: unknown } | null)?.schema_version;
  if (typeof version === 'number' && version > SCHEMA_VERSION) throw new RecordUnavailableError('newer-schema');
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new RecordUnavailableError('unreadable', { cause: parsed.error });
  return parsed.data;
}

/** @throws RecordUnavailableError */
export function parseLatest(body: Uint8Array): Latest {
  return unpacked(body, latest);
}

/** What `environments/<name>.json.gz` holds: the recorder's own memory, by which a cut run goes on. */
const environmentState = z.object({
  schema_version: z.int(),
  /** When its routes were asked. */
  taken_at: z.string(),
  /** In whose part of the record its history is; left out or `null`: in that of all who have no role of their own. */
  tenant: z.optional(z.nullable(z.string())),
  routes: z.record(z.string(), recorded),
  /** By route, the newest day (UTC) that is in the history. */
  history: z.record(z.string(), z.string()),
  /** Where the listing of a shared bucket was cut, sealed; `null`: nowhere. */
  listing: z.optional(z.unknown()),
  /** Where the storage audit was cut, sealed; `null`: nowhere. */
  audit: z.optional(z.unknown()),
});

export type EnvironmentState = z.output<typeof environmentState>;

/** @throws RecordUnavailableError */
export function parseEnvironmentState(body: Uint8Array): EnvironmentState {
  return unpacked(body, environmentState);
}
