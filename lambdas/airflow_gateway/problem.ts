/** What a refused call is answered with: the API's own problems, and the one that only the gateway has. */
import { type Problem, problemOf as problemOfOthers } from '../faults.ts';
import { PROBLEMS } from '../problems.ts';
import { PathNotAllowedError } from './decision.ts';

/** @param error whatever was thrown; what is not known is a bare `internal` */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof PathNotAllowedError)) return problemOfOthers(error);
  const { status, title, advice } = PROBLEMS['path-not-allowed'];
  const detail = error.dag === null ? advice : `You may not start the DAG ${error.dag}: it is in no list of yours.`;
  return { slug: 'path-not-allowed', status, title, detail };
}
