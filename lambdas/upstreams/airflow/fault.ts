/** What an answer of an Airflow means that is not what was asked for. Nothing of its text is used: it is outside data. */
import { UpstreamFailedError, UpstreamThrottledError } from '../../upstream-errors.ts';
import type { AirflowAnswer } from './airflow.ts';
import { AIRFLOW } from './exchange.ts';

/** Whether it is the sign-in page, or the way there, in place of data: so a session looks that is over. */
export function isSignIn({ status, contentType }: AirflowAnswer<unknown>): boolean {
  return (status >= 300 && status < 400) || (status === 200 && isPage(contentType));
}

function isPage(contentType: string): boolean {
  return /^\s*(text\/html|application\/xhtml)/i.test(contentType);
}

/**
 * The document of a good answer.
 *
 * @throws UpstreamFailedError by the status: `redirected`, `sign-in-page`, `login-refused`, `access-denied`, `not-found`,
 *   `refused`, `failed`; `invalid-answer` for what is no JSON; UpstreamThrottledError
 */
export function documentOf(answer: AirflowAnswer): unknown {
  const { status, contentType, body } = answer;
  const cause = { cause: { code: `HTTP ${status}` } };
  if (status === 429) throw new UpstreamThrottledError(AIRFLOW, cause);
  if (status < 200 || status >= 300) throw new UpstreamFailedError(AIRFLOW, reasonOf(status), cause);
  if (isPage(contentType)) throw new UpstreamFailedError(AIRFLOW, 'sign-in-page');
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new UpstreamFailedError(AIRFLOW, 'invalid-answer');
  }
}

function reasonOf(status: number): string {
  if (status < 400) return 'redirected';
  if (status === 401) return 'login-refused';
  if (status === 403) return 'access-denied';
  if (status === 404) return 'not-found';
  return status >= 500 ? 'failed' : 'refused';
}
