/**
 * What to do about each `reason` of a problem that has several: for answers and parts of answers, the problems' pages and
 * `npm run smoke`.
 */

import type { ProblemKind, ProblemSlug } from './problems.ts';
import type { DatabaseFault, InventoryFault, RecordFault } from './upstream-errors.ts';

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
  'not-permitted': {
    advice:
      'Athena was refused what the question takes. Check the policies of the report’s bucket and of its key (bucket_keys), ' +
      'and where Lake Formation governs the account’s catalog, its grants to the function’s role on database and table.',
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
  unconfirmed: {
    advice:
      'Report and database differ in more than S3 is asked for key by key, so some classes are `null`; `report` says how ' +
      'much at most. `list=orphaned` confirms each key; `source=listing` confirms all.',
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
      'policy of an existing monitoring endpoint, and a permissions boundary. If it was Athena’s: the same of its endpoint.',
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

/** By slug; a problem that is not here has no `reason`. */
export const REASONS: Readonly<Partial<Record<ProblemSlug, Readonly<Record<string, ReasonAdvice>>>>> = {
  'database-unavailable': DATABASE_REASONS,
  'record-unavailable': RECORD_REASONS,
  'inventory-unavailable': INVENTORY_REASONS,
  'upstream-failed': UPSTREAM_REASONS,
};
