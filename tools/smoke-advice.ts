/** What an answer of the API says about the deployment: nothing to do, or what and by whom. */

/** An answer as the smoke test sees it. */
export interface Seen {
  status: number;
  /** The parsed JSON body; `null` when there was none. */
  body: Record<string, unknown> | null;
}

const DATABASE: Record<string, string> = {
  unreachable:
    "no connection. Compare host and port; let the functions' security group into the database's; with a new VPC look at the peering and the routes on both sides.",
  tls: "the certificate does not fit. `host` must be the endpoint's own name, and the instance must use an RDS CA of this Region.",
  'login-refused':
    'the login was refused. Run database/mrt_reader.sql there, turn IAM authentication on, and compare `resource_id`: a restored instance has a new one.',
  'grant-missing':
    'a table may not be read. Run database/mrt_reader.sql again in that database: an app deployment made new tables.',
  'too-many-connections': 'no connection was free. Lower limits.database_connections or raise the limit of the role.',
  starting: 'the database is starting. Try again in a few minutes.',
  'unsupported-version': 'this PostgreSQL version is not supported; 13 or newer is.',
};

const UPSTREAM: Record<string, string> = {
  'access-denied':
    "access was refused. Check, in this order: the bucket's policy (another account?), the policy of an existing S3 endpoint, `bucket_keys` and that key's policy, a permissions boundary.",
  'not-found': 'it is not there. Compare bucket, key and prefix with the configuration.',
  'wrong-region': "the bucket is in another Region; only buckets of the stage's Region can be read.",
  unreachable:
    'no connection. The VPC needs the S3 gateway endpoint in these route tables, and the `monitoring` endpoint.',
};

/** `null` when all is well; else one sentence that says what is missing. */
export function adviceFor({ status, body }: Seen): string | null {
  const slug = slugOf(body);
  const reason = String(body?.['reason'] ?? '');
  if (status === 200) return inParts(body);
  if (status === 401)
    return 'the token was refused. Is the client one of this stage, and is the configuration deployed?';
  if (status === 403) return 'the client lacks the scope for this route; see callers in the configuration.';
  if (status === 404 && slug === null) return 'the API has no such route: an older release is deployed.';
  if (status === 404) return `${slug}: the configuration that is deployed is not this one.`;
  if (slug === 'database-unavailable') return DATABASE[reason] ?? 'the database does not answer.';
  if (slug === 'upstream-failed') return UPSTREAM[reason] ?? `an upstream failed (${reason}); see the function's log.`;
  if (slug === 'keys-unavailable') return 'the signing keys cannot be read. See "Keys are old" in the runbook.';
  if (status === 504)
    return 'an upstream did not answer in time: a missing endpoint or security-group rule hangs like this.';
  if (slug === null)
    return `the function itself failed (${status}); see its log for a crash, a timeout or no free instance.`;
  return `${slug} (${status}); see the function's log under the request id.`;
}

/** A bucket that failed has its fault in its own row. */
function inParts(body: Seen['body']): string | null {
  const buckets = Array.isArray(body?.['buckets']) ? (body['buckets'] as Record<string, unknown>[]) : [];
  const faults = buckets.flatMap((row) => {
    const error = row['error'];
    if (error === null || typeof error !== 'object') return [];
    const advice = adviceFor({ status: 502, body: error as Record<string, unknown> });
    return `${String(row['bucket'])}: ${advice}`;
  });
  return faults.length === 0 ? null : faults.join(' ');
}

function slugOf(body: Seen['body']): string | null {
  return typeof body?.['type'] === 'string' ? (body['type'].split('/').at(-1) ?? null) : null;
}
