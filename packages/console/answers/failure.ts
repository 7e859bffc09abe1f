/** What to tell a person of a request that failed: what happened, whether it passes, and what to do. */
import { ConnectionError, GatewayError, MrtError, ProblemError, TokenError } from '@mrt/client';
import type { Question } from '../address/question.ts';

export interface Failure {
  /** A few words: the heading. */
  title: string;
  /** Sentences: what happened and what to do. */
  detail: string;
  /** Whether asking again may help. */
  passes: boolean;
  /** What an operator finds in the log; `null`: there was no answer. */
  requestId: string | null;
  /** Environments to choose from, names perhaps meant: what the API offers in place of an answer. */
  offers: readonly string[];
  /** The sign-in is over. */
  signedOut: boolean;
}

/** Any one of these lets a token ask; the gateway's own 403 does not name them. Held against the route table by a test. */
export const SCOPES: Readonly<Record<string, readonly string[]>> = {
  '/bucket_size': ['mrt/bucket_size.read'],
  '/table_size': ['mrt/table_size.read'],
  '/users': ['mrt/users.read', 'mrt/users.profile'],
  '/micro_flow_constants': ['mrt/micro_flow_constants.read', 'mrt/micro_flow_constants.reveal'],
  '/storage_audit': ['mrt/storage_audit.read'],
  '/airflow_health': ['mrt/airflow.read'],
};

const NOTHING = { requestId: null, offers: [], signedOut: false };

/** @param error what the client threw */
export function failureOf(error: unknown, { path }: Question): Failure {
  if (error instanceof ProblemError) return ofProblem(error);
  if (error instanceof TokenError) {
    const signedOut = error.code === 'invalid_grant';
    return signedOut
      ? { ...NOTHING, title: 'The sign-in is over', detail: 'Sign in again to go on here.', passes: false, signedOut }
      : {
          ...NOTHING,
          title: 'No token is to be had',
          detail: `${sentence(error.message)} Try again; if it goes on, the sign-in service is down.`,
          passes: true,
        };
  }
  if (error instanceof GatewayError) return ofGateway(error, path);
  if (error instanceof ConnectionError) {
    return {
      ...NOTHING,
      title: 'The API does not answer',
      detail: 'Look whether this machine is connected; then try again.',
      passes: true,
    };
  }
  const requestId = error instanceof MrtError ? error.requestId : null;
  const detail = error instanceof Error ? sentence(error.message) : 'The console itself has failed.';
  return { ...NOTHING, title: 'This did not work', detail, passes: true, requestId };
}

/** The problem's own words: its detail says what to do. */
function ofProblem({ problem, slug, status, requestId, retryAfterSeconds }: ProblemError): Failure {
  const missing = slug === 'missing-scope' ? missingScope(problem.scopes ?? []) : null;
  const wrong = (problem.errors ?? []).map(({ parameter, message }) => `${parameter} ${message}`);
  const details = [missing ?? problem.detail, ...wrong.filter((text) => !problem.detail.includes(text))];
  if (slug === 'invalid-cursor') details.push('Go back to the first page of the list.');
  return {
    title: problem.title,
    detail: details.map(sentence).join(' '),
    passes: retryAfterSeconds !== null || status >= 500,
    requestId,
    offers: problem.environments ?? problem.near ?? [],
    signedOut: status === 401,
  };
}

function ofGateway({ status, requestId, message }: GatewayError, path: string): Failure {
  const base = { ...NOTHING, requestId };
  if (status === 401) {
    return {
      ...base,
      title: 'The sign-in is over',
      detail: 'Sign in again to go on here.',
      passes: false,
      signedOut: true,
    };
  }
  if (status === 403) {
    return { ...base, title: 'Not yours to see', detail: missingScope(SCOPES[path] ?? []), passes: false };
  }
  const passes = status === 429 || status >= 500;
  const advice = passes ? 'It has been tried several times; try again in a minute.' : '';
  return {
    ...base,
    title: passes ? 'The API is busy or failing' : 'This did not work',
    detail: `${sentence(message)} ${advice}`.trim(),
    passes,
  };
}

function missingScope(scopes: readonly string[]): string {
  const named = scopes.length === 0 ? 'a scope' : `the scope ${scopes.join(' or ')}`;
  return `This needs ${named}, which your group does not have for this environment. Whoever keeps the configuration of the stage can give it.`;
}

function sentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?]$/.test(trimmed) || trimmed === '' ? trimmed : `${trimmed}.`;
}
