/**
 * What a problem is: slug, status, title, advice, seconds to wait. One table for whole answers (RFC 9457), for the parts
 * of answers that failed, for the OpenAPI document and for `npm run smoke`.
 */
import type { DatabaseFault, InventoryFault, RecordFault } from './errors.ts';

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

/** What to do about one reason of a problem that has several. */
export type ReasonAdvice = Pick<ProblemKind, 'advice' | 'retry_after'>;

/** Reasons of `database-unavailable`. */
export const DATABASE_REASONS: Record<DatabaseFault, ReasonAdvice> = {
  unreachable: {
    advice:
      'The database cannot be reached. Check that it runs, host and port, that its security group admits the ' +
      'functions, and with a new VPC the peering and the routes on both sides.',
    retry_after: 5,
  },
  tls: {
    advice:
      'The TLS connection to the database was refused. The host must be the endpoint’s own name, and its certificate ' +
      'must be of an RDS certificate authority of this Region.',
  },
  'login-refused': {
    advice:
      'The database refused the login. Run database/mrt_reader.sql there, turn IAM authentication on, and compare ' +
      'resource_id: a restored instance has a new one.',
  },
  'grant-missing': {
    advice:
      'The database role lacks a grant. Run database/mrt_reader.sql again in that database: an app deployment makes ' +
      'new tables.',
  },
  'too-many-connections': {
    advice: 'The database has no connection left. Lower limits.database_connections, or raise the limit of the role.',
    retry_after: 5,
  },
  starting: { advice: 'The database is starting or shutting down.', retry_after: 5 },
  'unsupported-version': { advice: 'This PostgreSQL version is not supported; 13 or newer is.' },
};

/** Reasons of `record-unavailable`. */
export const RECORD_REASONS: Record<RecordFault, ReasonAdvice> = {
  missing: {
    advice:
      'Nothing is recorded yet. The stage records when its configuration has `recording`, the first time some minutes ' +
      'after it was deployed: see "Record is old" in the runbook.',
  },
  unreadable: { advice: 'The record is damaged: the next run of the recorder writes it anew.' },
  'newer-schema': { advice: 'A newer release wrote the record. Deploy that release again, or a newer one.' },
};

/** Reasons of `inventory-unavailable`. */
export const INVENTORY_REASONS: Record<InventoryFault, ReasonAdvice> = {
  'not-configured': {
    advice: 'No inventory report of this bucket is configured (`inventory`). Use another source.',
  },
  missing: {
    advice:
      'No report is there yet: S3 delivers the first one up to 48 hours after it was configured. If it is later, compare ' +
      'bucket, prefix and id of `inventory` with those of the report.',
  },
  old: {
    advice:
      'A newer report should have been there. The figures are those of `as_of`. See in the report’s configuration whether it ' +
      'is still on, and whether the policy of its bucket lets S3 write.',
  },
  cut: {
    advice:
      'The newest report is not whole: its manifest does not have the checksum that S3 wrote, or names other files than its ' +
      'links. A lifecycle rule may have taken a part of it; the next report will do.',
  },
  'unknown-schema': {
    advice:
      'The newest report is of another version, bucket or format than configured, or lacks the optional field Size; of CSV, ' +
      'compare `fields` with its manifest.',
  },
  unreadable: {
    advice:
      'Athena could not read the report’s files: they are damaged or gone, or encrypted with a key that bucket_keys does not ' +
      'name. The log has Athena’s query under the request id.',
  },
  'over-limit': {
    advice:
      'The question would read more than scan_limit_gb of `inventory` lets a query read. Raise it, or ask for Parquet.',
  },
  cancelled: {
    advice: 'The query was stopped before it had ended: it took too long, or somebody stopped it. Ask again.',
  },
};

/**
 * Reasons of `upstream-failed`. S3's 403 has four meanings that need four different hands (Amazon S3 API reference,
 * "Error responses"): permission, clock, credentials, and a bucket elsewhere.
 */
export const UPSTREAM_REASONS: Record<string, ReasonAdvice> = {
  'access-denied': {
    advice:
      'The request was refused for lack of permission. If it was S3’s, check, in this order: the bucket’s policy ' +
      '(another account?), the policy of an existing S3 endpoint, bucket_keys and that key’s policy, a permissions ' +
      'boundary, and whether the bucket is one whose requester pays: those are not read. If it was CloudWatch’s: the ' +
      'policy of an existing monitoring endpoint, and a permissions boundary.',
  },
  'clock-skew': {
    advice: 'The function’s clock is more than 15 minutes away from AWS’s, so its signatures are refused.',
  },
  credentials: {
    advice:
      'The function’s credentials were refused as expired, unknown or not fitting their signature. This is no matter ' +
      'of permissions: fresh ones come with the next instance.',
  },
  'not-found': { advice: 'It is not there: compare bucket, key and prefix with the configuration, or upload it.' },
  'wrong-region': {
    advice: 'It is in another Region than configured; only buckets of the stage’s Region can be read.',
  },
  changed: { advice: 'It was replaced while it was read: ask again.' },
  'too-large': { advice: 'It is larger than its documented limit: check what was uploaded.' },
  'too-many-objects': {
    advice: 'More than 10,000 objects are under its prefix: configure a narrower one, or a key.',
  },
  'invalid-range': { advice: 'It is empty: upload it again.' },
  unreachable: {
    advice:
      'It cannot be reached from the functions. The VPC needs the S3 gateway endpoint in the route tables of the ' +
      'functions, the monitoring endpoint, and security groups that let them through.',
  },
  'access-disabled': { advice: 'AWS has disabled access to the bucket or its account: ask AWS Support.' },
  archived: { advice: 'It is in an archive storage class, where it cannot be read: restore it.' },
  truncated: { advice: 'Its answer broke off: ask again.' },
  'invalid-answer': { advice: 'It gave an answer that cannot be used: ask again.' },
  'no-data': {
    advice: 'It has no figure for the last quarter of an hour: compare instance_identifier, or ask again later.',
  },
  'partial-data': { advice: 'It gave a part of the data only, and a sum without it would be wrong: ask again.' },
  refused: { advice: 'It refused the request as wrong. See the log under the request id.' },
  failed: { advice: 'It failed on its own side: ask again.' },
  'no-file-documents': { advice: 'Its catalog has no System.FileDocument with the usual columns: it keeps no files.' },
  'no-storage-keys': {
    advice:
      'Its System.FileDocument has no column __uuid__: its schema is older than storage keys, so its files cannot be compared.',
  },
  'too-many-documents': {
    advice:
      'More than two million storage keys have the same first two digits, or 10,000 are no UUIDs: they are not held.',
  },
  'login-refused': {
    advice:
      'It refused the login. Compare the secret’s user name and password or token, or with MWAA the role: IAM lets the ' +
      'function in as one of Airflow’s roles, and Airflow must have it.',
  },
  'sign-in-page': {
    advice:
      'It answered with a page for people in place of data: a sign-in in front of it takes no token, or `base_url` is ' +
      'not the address of its API.',
  },
  redirected: {
    advice: 'It answered with a redirect, which is not followed: write the address that it leads to as `base_url`.',
  },
  'unsupported-version': { advice: 'It is neither Airflow 2 nor 3, or `base_url` leads to something else.' },
  maintenance: { advice: 'MWAA is changing the environment or maintaining it: ask again when it is AVAILABLE.' },
  tls: {
    advice:
      'Its certificate is not trusted: it must be for the name in the address, and signed by a public authority or by ' +
      'the one that is configured.',
  },
  'secret-unreadable': {
    advice:
      'Its secret cannot be read: check that it is there, its resource policy, its KMS key, and the endpoint of ' +
      'Secrets Manager.',
  },
  'secret-malformed': {
    advice: 'Its secret has another form: a token, or JSON with `token`, or JSON with `username` and `password`.',
  },
  'agent-refuses': {
    advice:
      'The agent of the environment’s account does not let this API ask for it. Its owner decides (allow in the agent’s ' +
      'configuration); a clock that is wrong by minutes looks like this too. The agent’s log has the reason.',
  },
  'not-a-mendix-database': { advice: 'It is not the database of a Mendix app: compare its name.' },
};

/** What to do about a reason of `upstream-failed`; a general sentence for one that is not in the table. */
export function upstreamAdvice(reason: string): string {
  return UPSTREAM_REASONS[reason]?.advice ?? 'It gave an answer that cannot be used.';
}
