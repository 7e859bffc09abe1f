/**
 * A session of a role for whoever shows an id token: the account's OIDC provider says which issuer and audiences it
 * believes, the role's trust policy which of their tokens.
 * Source: STS API reference, "AssumeRoleWithWebIdentity"; IAM user guide, "Create a role for OpenID Connect federation".
 */
import { decodeJwt, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { DeployedOidcProvider } from '../cloudformation/deployed-policies.ts';
import type { Principal } from '../iam/iam.ts';
import { evaluate } from '../iam/policy.ts';
import { temporaryKeys } from '../iam/temporary-keys.ts';
import type { Roles } from './assume-role.ts';
import { type AssumeRoleRequest, readAssumeRole } from './assume-role-request.ts';
import { StsError } from './error.ts';

const ACTION = 'sts:AssumeRoleWithWebIdentity';
const MAX_TOKEN_LENGTH = 20_000;
/** A claim by which a token brings session tags (IAM user guide, "Pass session tags in AWS STS"). */
const TAGS_CLAIM = 'https://aws.amazon.com/tags';

/** Which issuers the account believes, and how their keys are looked up. */
export interface Federation {
  providers: readonly DeployedOidcProvider[];
  /** Of an issuer by its address, as in `iss`; `null`: nobody publishes keys there. */
  keysOf: (issuer: string) => JWTVerifyGetKey | null;
}

/** What the answer tells beside the session. */
export interface WebIdentity {
  principal: Principal;
  subject: string;
  audience: string;
  provider: string;
}

/**
 * Makes the session and tells IAM of it. The request itself has no signature.
 *
 * @param now milliseconds since the epoch
 * @throws StsError `InvalidIdentityToken`, `ExpiredTokenException`, `AccessDenied`, `ValidationError`
 */
export async function assumeRoleWithWebIdentity(
  parameters: URLSearchParams,
  { iam, roles }: Roles,
  federation: Federation,
  now: number,
): Promise<WebIdentity> {
  const token = parameters.get('WebIdentityToken') ?? '';
  const others = new URLSearchParams([...parameters].filter(([name]) => name !== 'WebIdentityToken'));
  const request = readAssumeRole(others);
  if (token.length < 4 || token.length > MAX_TOKEN_LENGTH) {
    throw new StsError('ValidationError', "1 validation error detected: Value at 'webIdentityToken' is no token");
  }
  const { claims, provider, audience } = await verified(token, federation, now);
  const role = roles.get(request.roleArn);
  if (role === undefined || !isTrusted(request, claims, provider, audience, role.trust)) {
    throw new StsError('AccessDenied', `Not authorized to perform ${ACTION}`);
  }
  if (request.seconds > role.maxSessionSeconds) {
    throw new StsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  }
  const principal: Principal = {
    name: request.sessionName,
    roleArn: role.arn,
    policies: role.policies,
    tags: role.tags,
    inVpc: false,
    session: {
      expires: now + request.seconds * 1000,
      tags: {},
      transitive: [],
      sourceIdentity: null,
      policies: request.policy === null ? [] : [request.policy],
    },
    ...temporaryKeys(),
  };
  iam.forgetSessions(now);
  iam.register(principal);
  return { principal, subject: claims.sub ?? '', audience, provider: provider.arn };
}

/** @throws StsError in the words of STS; Error for a token with session tags, which are not known here */
async function verified(token: string, { providers, keysOf }: Federation, now: number) {
  const invalid = (message: string) => new StsError('InvalidIdentityToken', message);
  let issuer: string;
  try {
    issuer = String(decodeJwt(token).iss);
  } catch {
    throw invalid('The ID Token provided is not a valid JWT.');
  }
  const provider = providers.find(({ url }) => url === issuer);
  if (provider === undefined) throw invalid(`No OpenIDConnect provider found in your account for ${issuer}`);
  const keys = keysOf(issuer);
  if (keys === null) throw invalid("Couldn't retrieve verification key from your identity provider");
  const { payload: claims } = await jwtVerify(token, keys, { issuer, currentDate: new Date(now) }).catch((error) => {
    if (error instanceof errors.JWTExpired) throw new StsError('ExpiredTokenException', 'Token expired');
    throw invalid('The token could not be verified.');
  });
  const audience = [claims.aud].flat().find((aud) => provider.clientIds.includes(String(aud)));
  if (audience === undefined) throw invalid('Incorrect token audience');
  if (claims[TAGS_CLAIM] !== undefined) throw new Error('local-aws does not know session tags of an id token');
  return { claims, provider, audience };
}

/** The keys of a condition begin with the provider's address: `gitlab.example.com:sub`. */
function isTrusted(
  { roleArn, sessionName }: AssumeRoleRequest,
  { sub = '' }: JWTPayload,
  { arn, url }: DeployedOidcProvider,
  audience: string,
  trust: Parameters<typeof evaluate>[0][number],
): boolean {
  const key = url.replace(/^https:\/\//, '');
  const context = { [`${key}:aud`]: audience, [`${key}:sub`]: sub, 'sts:RoleSessionName': sessionName };
  const request = { principalArn: '', federated: arn, action: ACTION, resource: roleArn, context };
  return evaluate([trust], request) === 'allow';
}
