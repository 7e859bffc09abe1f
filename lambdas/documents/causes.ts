/**
 * Why each problem happens, for its page. What to do stands in the table of problems, which every function carries; these
 * sentences only the function of the pages does.
 */
import type { ProblemSlug } from '../problems.ts';

export const CAUSES: Readonly<Record<ProblemSlug, string>> = {
  'invalid-parameter':
    'A parameter of the request is unknown, given twice, malformed or out of range. Nothing is silently ignored, so that ' +
    'a misspelt filter does not look like an answer.',
  'invalid-cursor':
    'The cursor was changed, is older than its life, or belongs to another path, environment or filter than the request.',
  'environment-required': 'The caller may read several environments, and the request names none.',
  'one-environment-only':
    'Several environments give their summaries. Rows, filters and clear text are of one environment at a time.',
  'reason-required': 'The stage records why somebody looks at clear text, and the request gives no reason.',
  'metrics-cover-whole-bucket':
    'The environment has a prefix of the bucket, and CloudWatch counts whole buckets: its figure would be that of others too.',
  'invalid-token':
    'The function’s own check of the access token failed: it is expired, of another pool or client, or an ID token.',
  'missing-scope':
    'A caller may do what the scopes of the token and the entry of the configuration both allow. One of the two does not.',
  'path-not-allowed':
    'The call is none that the private Airflow gateway lets through, whoever asks: connections, variables, configuration, ' +
    'users and everything that is not on its list; or it would start a DAG that the caller’s entry does not name. ' +
    'Airflow was not asked.',
  'unknown-environment':
    'There is no such environment, or the caller may not read it. The two are answered alike, so that names cannot be found out.',
  'unknown-bucket': 'The environment is configured with other buckets than the one that the request names.',
  'unknown-name':
    'No table, entity, module, role or constant of the environment has the name. An empty list would look like an answer.',
  'not-offered': 'The configuration of the environment lacks what this path reads: a database, buckets or constants.',
  'not-acceptable':
    'The Accept header rules out every form that the path has; or it asks for CSV with a parameter whose answer is no table.',
  internal: 'A fault of the API itself.',
  'upstream-failed': 'S3, CloudWatch or another service behind the API answered with an error.',
  'database-unavailable': 'PostgreSQL refused the connection, the login or the question, or cannot be reached.',
  'upstream-throttled':
    'A service behind the API asked for fewer requests, and went on to do so when it was asked again.',
  'keys-unavailable':
    'The keys by which tokens are checked cannot be read, or have not been renewed for a day. Nobody is let in meanwhile.',
  'record-unavailable':
    'The object with the newest recorded figures is not there, is damaged, or was written by a newer release.',
  'agent-unreachable':
    'The agent in the account of the environment has stopped, has no way to the broker, or its certificate has ended or was revoked.',
  'inventory-unavailable':
    'S3’s own report of a bucket is not configured, not there, not whole, too old, or of another form than expected.',
  'upstream-timeout':
    'The time for the answer ran out before a service behind the API had answered, and no part of it can be given.',
};
