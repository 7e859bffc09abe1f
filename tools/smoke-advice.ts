/** What an answer of the API says about the deployment: nothing to do, or what and by whom. */
import { DATABASE_REASONS, REASONS } from '../lambdas/problem-reasons.ts';
import { PROBLEMS, type ProblemSlug } from '../lambdas/problems.ts';

/** One question with what its answer asks for; `advice: null` is a pass. */
export interface Finding {
  question: string;
  advice: string | null;
}

/** An answer of the API, as far as it says something about the deployment. */
export interface ObservedAnswer {
  status: number;
  /** The parsed JSON body; `null` when there was none. */
  body: Record<string, unknown> | null;
}

/** `null` when all is well; else one sentence that says what is missing. */
export function adviceFor({ status, body }: ObservedAnswer): string | null {
  const slug = slugOf(body);
  if (status === 200) return inParts(body);
  if (status === 401) {
    return 'The token was refused. Is the client one of this stage, and is the configuration deployed?';
  }
  if (status === 403) return 'The client lacks the scope for this route; see callers in the configuration.';
  if (status === 404) {
    return slug === null
      ? 'The API has no such route: an older release is deployed.'
      : `${slug}: the configuration that is deployed is not this one.`;
  }
  if (slug === null) {
    return `The function itself failed (${status}); see its log for a crash, a timeout or no free instance.`;
  }
  const where = `${slug} (${status}); see the function's log under the request id.`;
  return adviceOf(slug, String(body?.['reason'] ?? '')) ?? where;
}

/** By the table of problems: of the reason, or else of the problem itself. */
function adviceOf(slug: string, reason: string): string | null {
  const reasons = REASONS[slug as ProblemSlug] ?? {};
  if (Object.hasOwn(reasons, reason)) return reasons[reason]?.advice ?? null;
  return Object.hasOwn(PROBLEMS, slug) ? PROBLEMS[slug as ProblemSlug].advice : null;
}

/** A row that failed has its fault in its own `error`, and what else is not there stands in `missing`. */
function inParts(body: ObservedAnswer['body']): string | null {
  const lists = Object.values(body ?? {}).filter((value) => Array.isArray(value)) as Record<string, unknown>[][];
  const faults = lists.flat().flatMap((row) => {
    const error = row?.['error'];
    if (error === null || typeof error !== 'object') return [];
    return `${String(row['bucket'] ?? row['source'])}: ${adviceOfPart(error as Record<string, unknown>)}`;
  });
  const missing = Array.isArray(body?.['missing']) ? (body['missing'] as Record<string, unknown>[]) : [];
  const refused = missing.filter(({ reason }) => reason === 'grant-missing');
  return (
    [
      ...faults,
      ...refused.map(({ what, table }) => `${what} (${table}): ${DATABASE_REASONS['grant-missing'].advice}`),
    ].join(' ') || null
  );
}

function adviceOfPart(error: Record<string, unknown>): string {
  const reason = String(error['reason'] ?? '');
  return adviceOf(slugOf(error) ?? reason, reason) ?? String(error['detail'] ?? reason);
}

/** `…/problems/database-unavailable` → `database-unavailable`; `null` for the gateway's own bodies. */
function slugOf(body: ObservedAnswer['body']): string | null {
  return typeof body?.['type'] === 'string' ? (body['type'].split('/').at(-1) ?? null) : null;
}
