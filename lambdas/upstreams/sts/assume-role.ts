/**
 * AssumeRole of a tenant's role, over the one signed way to AWS: STS's own client would be ten times as much code for a
 * single question (docs/decisions/signed-https.md).
 * Source: AWS STS API reference, "AssumeRole"; the query API takes its parameters by GET too.
 */
import type { Context } from '../../context.ts';
import type { Reader } from '../../environment-settings.ts';
import { requiredVariable } from '../../required-variable.ts';
import { UpstreamFailedError, UpstreamThrottledError } from '../../upstream-errors.ts';
import type { Credentials } from '../credentials.ts';
import { readBody } from '../s3/body.ts';
import { signedGet } from '../s3/signed-https.ts';
import { childrenOf, childText, parseXml, type XmlElement } from '../s3/xml.ts';

/** Keys of a session, and until when they are good, in milliseconds since the epoch. */
export interface Session {
  credentials: Credentials;
  expires: number;
}

/** Who the function is, as CloudTrail and the role's conditions see it. */
export interface Identity {
  /** `spiffe://<trust domain>/function/<stage>/<route>` */
  spiffeId: string;
  /** The same in the signs that STS takes, `mrt-<stage>-<route>`: it stays whatever role is assumed. */
  sourceIdentity: string;
  /** With what tells this instance from the others. */
  sessionName: string;
}

/** A chain of roles ends within an hour (IAM user guide, "Roles terms and concepts"); Lambda's role is the first of it. */
const SESSION_SECONDS = 3600;
const MAX_ANSWER_BYTES = 65_536;

/** What an operator does about a refusal. */
const ADVICE = "the function may not assume the tenant's role: look at the role's trust policy, and deploy again";

/**
 * Asks once.
 *
 * @throws UpstreamFailedError (`access-denied`, `credentials`, `failed`, `unreachable`, `invalid-answer`),
 *   UpstreamThrottledError, UpstreamTimeoutError
 */
export async function assumeRole(reader: Reader, identity: Identity, context: Context): Promise<Session> {
  const region = requiredVariable(process.env, 'AWS_REGION');
  const response = await signedGet(
    {
      ...{ upstream: 'sts', service: 'sts', region, path: '/' },
      endpoint: new URL(process.env['AWS_ENDPOINT_URL_STS'] || `https://sts.${region}.amazonaws.com`),
      query: queryOf(reader, identity),
    },
    context,
  );
  const root = parseXml((await readBody(response, 'sts', MAX_ANSWER_BYTES)).toString('utf8'));
  if (response.statusCode !== 200) throw faultOf(response.statusCode ?? 0, root);
  return sessionOf(root);
}

function queryOf({ tenant, role }: Reader, identity: Identity): Record<string, string> {
  return {
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: role,
    RoleSessionName: identity.sessionName,
    SourceIdentity: identity.sourceIdentity,
    DurationSeconds: String(SESSION_SECONDS),
    'Tags.member.1.Key': 'tenant',
    'Tags.member.1.Value': tenant,
    'Tags.member.2.Key': 'spiffe_id',
    'Tags.member.2.Value': identity.spiffeId,
  };
}

/** @throws UpstreamFailedError `invalid-answer` for half a session */
function sessionOf(root: XmlElement | null): Session {
  const [result] = root === null ? [] : childrenOf(root, 'AssumeRoleResult');
  const [keys] = result === undefined ? [] : childrenOf(result, 'Credentials');
  const text = (name: string) => (keys === undefined ? '' : (childText(keys, name) ?? ''));
  const [accessKeyId, secretAccessKey, sessionToken] = ['AccessKeyId', 'SecretAccessKey', 'SessionToken'].map(text);
  const expires = Date.parse(text('Expiration'));
  if (!accessKeyId || !secretAccessKey || !sessionToken || Number.isNaN(expires)) {
    throw new UpstreamFailedError('sts', 'invalid-answer');
  }
  return { credentials: { accessKeyId, secretAccessKey, sessionToken }, expires };
}

/** Only the error's code is read: its message names accounts and roles. */
function faultOf(status: number, root: XmlElement | null): Error {
  const [error] = root === null ? [] : childrenOf(root, 'Error');
  const code = error === undefined ? '' : (childText(error, 'Code') ?? '');
  if (/^(Throttling|RequestLimitExceeded)/.test(code)) return new UpstreamThrottledError('sts');
  if (code === 'AccessDenied') return new UpstreamFailedError('sts', 'access-denied', { advice: ADVICE });
  if (/Token|Signature|Credential/.test(code)) return new UpstreamFailedError('sts', 'credentials');
  return new UpstreamFailedError('sts', status >= 500 ? 'failed' : 'refused');
}
