/** What a log line may say of an error: enough to find the place, nothing that the error was about. */

import { sourcePlace } from './source-place.ts';

/** Causes of causes that are followed; a longer chain says nothing new. */
const MAX_CAUSES = 5;

export interface LoggedCause {
  /** Class of the error: `TypeError`, `UpstreamFailedError` … */
  name: string;
  /** Node's or PostgreSQL's code: `ECONNREFUSED`, `42501`; `null` where the error has none. */
  code: string | null;
  /** Where in the code it was made, as `pages.ts:12:5`; `null` where the stack does not say. */
  at: string | null;
}

/**
 * The error and its causes, the outermost first. Names, codes and places only: messages and whole stacks may hold SQL,
 * hosts, paths of the build or values.
 */
export function errorChain(error: unknown): LoggedCause[] {
  const chain: LoggedCause[] = [];
  for (let cause = error; cause instanceof Error && chain.length < MAX_CAUSES; cause = cause.cause) {
    const code = (cause as { code?: unknown }).code;
    chain.push({ name: cause.name, code: typeof code === 'string' ? code : null, at: sourcePlace(cause) });
  }
  return chain;
}
