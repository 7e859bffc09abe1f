/**
 * What an agent answers: the domain's answer or a problem, packed. The Regional API takes from it what a route may say and
 * nothing else, so that an agent that was taken over can lie about its own environments only.
 */
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import * as z from 'zod/mini';
import type { Answer } from '../exchange.ts';
import type { Problem } from '../faults.ts';
import { MAX_LIMIT } from '../parameters.ts';
import { PROBLEMS, type ProblemSlug } from '../problems.ts';
import type { Route } from '../route.ts';
import { RelayedProblemError, UpstreamFailedError } from '../upstream-errors.ts';
import { isShallow } from './nesting.ts';
import { type KeyedFields, rekeyed } from './rekeyed.ts';

/** Bytes of an unpacked answer: 10,000 rows of 3 kB. What is larger would not fit into the function either. */
const MAX_BYTES = 32 * 1024 * 1024;

/** Words of a problem; longer ones are cut. */
const MAX_DETAIL = 1000;
const MAX_MEMBERS_BYTES = 16_384;

/** Members that the Regional API itself gives every problem. */
const OWN_MEMBERS = new Set(['type', 'title', 'status', 'detail', 'instance', 'request_id']);

/** Bytes of a position as JSON. It comes back in a cursor, in a header and an address, which have some 8 kB. */
const MAX_POSITION_BYTES = 6000;
/** A position for each row of a page. */
const MAX_POSITIONS = MAX_LIMIT['text/csv'];
/** Sources that `Server-Timing` can name; a route has a handful. */
const MAX_TIMES = 32;

const position = z
  .unknown()
  .check(z.refine((value) => Buffer.byteLength(JSON.stringify(value) ?? '') <= MAX_POSITION_BYTES, 'is too large'));

const answer = z.strictObject({
  body: z.looseObject({ complete: z.boolean() }),
  next: position,
  positions: z.optional(z.array(position).check(z.maxLength(MAX_POSITIONS))),
  as_of: z.nullable(z.iso.datetime()),
  revision: z.optional(z.string().check(z.maxLength(4000))),
  max_age: z.number().check(z.gte(0), z.lte(86_400)),
  fresh_until: z.optional(z.iso.datetime()),
  disclosed: z.optional(z.array(z.string().check(z.maxLength(200)))),
  faults: z.optional(
    z.array(z.strictObject({ source: z.string().check(z.maxLength(200)), reason: z.string().check(z.maxLength(200)) })),
  ),
});

const problem = z.strictObject({
  slug: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  retry_after: z.optional(z.int().check(z.gte(0), z.lte(3600))),
  members: z.optional(z.record(z.string(), z.unknown())),
});

const reply = z.strictObject({
  answer: z.optional(answer),
  problem: z.optional(problem),
  /** Milliseconds by upstream, for `Server-Timing`. */
  timing: z
    .record(z.string().check(z.regex(/^[a-z0-9_-]{1,40}$/)), z.number().check(z.gte(0)))
    .check(z.refine((times) => Object.keys(times).length <= MAX_TIMES, 'names too many sources')),
});

export type AnyAnswer = Answer<Record<string, unknown>, unknown>;

/** What an agent has to say: one of the two. */
export interface Reply {
  answer?: AnyAnswer;
  problem?: Problem;
  timing: Record<string, number>;
}

/** As it is cut into parts. Fast before small: at level 1, 2 MB of rows are some 250 kB after 10 ms. */
export function pack(said: Reply): Buffer {
  return zstdCompressSync(JSON.stringify(said));
}

/**
 * The answer to a request about `environment`.
 *
 * @param noteTiming gets the agent's times
 * @throws RelayedProblemError for what the route threw there; UpstreamFailedError `invalid-answer` for anything that the
 *   route could not have said
 */
export function unpack(
  packed: Buffer,
  {
    route,
    agent,
    environment,
    keyed = null,
  }: { route: Route; agent: string; environment: string; keyed?: KeyedFields | null },
  noteTiming: (upstream: string, milliseconds: number) => void,
): AnyAnswer {
  const said = parse(packed);
  for (const [upstream, milliseconds] of Object.entries(said?.timing ?? {})) noteTiming(upstream, milliseconds);
  if (said?.problem !== undefined) throw new RelayedProblemError(knownProblem(said.problem, agent), agent);
  const body = said?.answer === undefined ? null : bodyOf(route, said.answer.body, environment, keyed);
  if (said?.answer === undefined || body === null) throw new UpstreamFailedError(agent, 'invalid-answer');
  return { ...said.answer, body } as AnyAnswer;
}

function parse(packed: Buffer): z.output<typeof reply> | null {
  try {
    const text = zstdDecompressSync(packed, { maxOutputLength: MAX_BYTES });
    if (!isShallow(text)) return null;
    const parsed = reply.safeParse(JSON.parse(text.toString('utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** What the route's schema has of the body; `null` where it is another's, or of another environment. */
function bodyOf(
  route: Route,
  body: { complete: boolean },
  environment: string,
  keyed: KeyedFields | null,
): AnyAnswer['body'] | null {
  const parsed = z.safeParse(route.answer, keyed === null ? body : rekeyed(body, keyed));
  if (!parsed.success) return null;
  const known = parsed.data as Record<string, unknown>;
  if (known['environment'] !== environment) return null;
  return { ...known, complete: body.complete };
}

/** Slug, status and title by our own table. @throws UpstreamFailedError for a slug that is not in it */
function knownProblem({ slug, detail, retry_after, members }: z.output<typeof problem>, agent: string) {
  if (!Object.hasOwn(PROBLEMS, slug)) throw new UpstreamFailedError(agent, 'invalid-answer');
  const { status, title } = PROBLEMS[slug as ProblemSlug];
  const further = Object.fromEntries(Object.entries(members ?? {}).filter(([name]) => !OWN_MEMBERS.has(name)));
  const fits = JSON.stringify(further).length <= MAX_MEMBERS_BYTES;
  return {
    slug,
    status,
    title,
    detail: detail.slice(0, MAX_DETAIL),
    ...(retry_after !== undefined && { retry_after }),
    ...(fits && { members: further }),
  };
}
