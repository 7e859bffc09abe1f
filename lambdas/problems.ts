/**
 * What a problem is: slug, status, title, advice, seconds to wait. One table for whole answers (RFC 9457), for the parts
 * of answers that failed, for the OpenAPI document and for `npm run smoke`. What tells causes of one slug apart stands in
 * `problem-reasons.ts`.
 */
/** What all problems of one slug have in common. */
export interface ProblemKind {
  /** Of the answer; in a part of one, what it would have been. */
  status: number;
  /** A few words, the same for each of its kind (RFC 9457, 3.1.3). */
  title: string;
  /** What to do, for a person; without SQL, ARN, host or stack. */
  advice: string;
  /** Seconds after which asking again may help; left out where waiting changes nothing. */
  retry_after?: number;
}

/**
 * By slug, the stable last segment of a problem's `type`. Clients may rely on slugs and statuses; titles and advice are
 * for people and may be worded better.
 */
export const PROBLEMS = {
  'invalid-parameter': { status: 400, title: 'Invalid parameter', advice: 'A parameter is wrong; `errors` names it.' },
  'invalid-cursor': {
    status: 400,
    title: 'Invalid cursor',
    advice: 'Take the cursor from next_cursor and keep the other parameters, or start over without one.',
  },
  'environment-required': {
    status: 400,
    title: 'Environment required',
    advice: 'Name one of your environments in the parameter environment.',
  },
  'one-environment-only': {
    status: 400,
    title: 'One environment only',
    advice: 'Rows are of one environment: name one, or ask for the summaries of several.',
  },
  'reason-required': {
    status: 400,
    title: 'Reason required',
    advice: 'This stage wants a reason for clear text: send the header x-reason.',
  },
  'metrics-cover-whole-bucket': {
    status: 400,
    title: 'Metrics cover the whole bucket',
    advice: 'Environments share this bucket and CloudWatch knows no prefixes. Use source=listing.',
  },
  'invalid-token': { status: 401, title: 'Invalid token', advice: 'The access token is not valid here.' },
  'missing-scope': {
    status: 403,
    title: 'Missing scope',
    advice: 'The token or the configuration of the caller lacks the scope for this.',
  },
  'path-not-allowed': {
    status: 403,
    title: 'Path not allowed',
    advice:
      'The Airflow gateway lets DAGs, runs, task instances and logs be read, and runs of listed DAGs be started: ' +
      'nothing else, and by no other spelling.',
  },
  'unknown-environment': {
    status: 404,
    title: 'Unknown environment',
    advice: 'No environment of this name is known to you. GET /environments lists yours.',
  },
  'unknown-bucket': {
    status: 404,
    title: 'Unknown bucket',
    advice: 'The environment has no bucket of this name.',
  },
  'unknown-name': {
    status: 404,
    title: 'Unknown name',
    advice: 'Nothing in the environment has the name that a filter gives; `near` lists names that were perhaps meant.',
  },
  'not-offered': {
    status: 404,
    title: 'Not offered',
    advice: 'The environment is not configured for this route. GET /environments lists what it offers.',
  },
  'not-acceptable': {
    status: 406,
    title: 'Not acceptable',
    advice: 'This route cannot answer in a form that the Accept header names.',
  },
  internal: {
    status: 500,
    title: 'Internal error',
    advice: 'Something failed. The log has more under the request id.',
  },
  'upstream-failed': {
    status: 502,
    title: 'Upstream failed',
    advice: 'An upstream answered with an error that is not the caller’s; `source` and `reason` say which.',
  },
  'database-unavailable': {
    status: 503,
    title: 'Database unavailable',
    advice: 'The database of the environment cannot be used; `reason` says why.',
  },
  'upstream-throttled': {
    status: 503,
    title: 'Upstream throttled',
    advice: 'It asks for slower requests.',
    retry_after: 5,
  },
  'keys-unavailable': {
    status: 503,
    title: 'Keys unavailable',
    advice: 'The signing keys cannot be read or are too old: see "Keys are old" in the runbook.',
    retry_after: 60,
  },
  'record-unavailable': {
    status: 503,
    title: 'Record unavailable',
    advice: 'What was recorded cannot be read; `reason` says why.',
    retry_after: 300,
  },
  'agent-unreachable': {
    status: 503,
    title: 'Agent unreachable',
    advice:
      'The agent that serves this environment in its own account does not answer. GET /environments says when it was last heard.',
    retry_after: 15,
  },
  'inventory-unavailable': {
    status: 503,
    title: 'Inventory unavailable',
    advice: 'The S3 Inventory report of the bucket cannot be used; `reason` says why.',
  },
  'upstream-timeout': {
    status: 504,
    title: 'Upstream timeout',
    advice: 'It did not answer in time. A missing endpoint or security-group rule looks like this too.',
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemSlug = keyof typeof PROBLEMS;
