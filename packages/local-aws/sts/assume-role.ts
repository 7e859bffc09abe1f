/**
 * A session of another role, when the caller's policies and the role's trust policy both permit it.
 * Source: IAM user guide, "Pass session tags in AWS STS", "Monitor and control actions taken with assumed roles", and
 * "Roles terms and concepts" (role chaining).
 */
import type { DeployedRole } from '../cloudformation/deployed-policies.ts';
import type { RequestContext } from '../iam/conditions.ts';
import type { Iam, Principal, Session } from '../iam/iam.ts';
import { temporaryKeys } from '../iam/temporary-keys.ts';
import type { AssumeRoleRequest } from './assume-role-request.ts';
import { StsError } from './error.ts';

/** Whoever calls here is a session of a role itself, and such a chain ends within the hour. */
const MAX_CHAINED_SECONDS = 3600;

/** Who there is, and which roles they may ask for. */
export interface Roles {
  iam: Iam;
  /** By ARN. */
  roles: ReadonlyMap<string, DeployedRole>;
}

/**
 * Makes the session and tells IAM of it.
 *
 * @param now milliseconds since the epoch
 * @throws StsError `AccessDenied` in IAM's words, also for a role that is not there; `ValidationError` for its duration
 */
export function assumeRole(
  caller: Principal,
  request: AssumeRoleRequest,
  { iam, roles }: Roles,
  now: number,
): Principal {
  const role = roles.get(request.roleArn);
  const inherited = inheritedTags(caller);
  const tags = { ...inherited, ...request.tags };
  const sourceIdentity = request.sourceIdentity ?? caller.session?.sourceIdentity ?? null;
  const context = contextOf(request, role, Object.keys(tags), sourceIdentity);
  const trust = role?.trust ?? { Statement: [] };
  for (const action of actionsOf(Object.keys(tags).length > 0, sourceIdentity)) {
    const decision = iam.decide(caller, action, request.roleArn, context, trust);
    if (!decision.allowed) throw new StsError('AccessDenied', decision.reason);
  }
  if (role === undefined) throw new StsError('AccessDenied', 'Access denied');
  refuseChanges(caller, request, inherited);
  refuseDuration(request.seconds, role);
  const session: Session = {
    expires: now + request.seconds * 1000,
    tags,
    transitive: [...Object.keys(inherited), ...request.transitive],
    sourceIdentity,
    policies: request.policy === null ? [] : [request.policy],
  };
  const { arn: roleArn, policies, tags: roleTags } = role;
  // Where a request comes from is the caller's place, whatever role it has taken on.
  const { inVpc } = caller;
  const principal = {
    name: request.sessionName,
    roleArn,
    policies,
    tags: roleTags,
    inVpc,
    session,
    ...temporaryKeys(),
  };
  iam.forgetSessions(now);
  iam.register(principal);
  return principal;
}

/** Tags that the caller's own session was told to hand on. */
function inheritedTags({ session }: Principal): Record<string, string> {
  return Object.fromEntries(Object.entries(session?.tags ?? {}).filter(([key]) => session?.transitive.includes(key)));
}

/** One call needs up to three permissions, each on the caller's side and on the role's. */
function actionsOf(hasTags: boolean, sourceIdentity: string | null): string[] {
  return [
    'sts:AssumeRole',
    ...(hasTags ? ['sts:TagSession'] : []),
    ...(sourceIdentity === null ? [] : ['sts:SetSourceIdentity']),
  ];
}

/** Source: IAM user guide, "IAM and AWS STS condition context keys". */
function contextOf(
  { sessionName, externalId, tags, transitive }: AssumeRoleRequest,
  role: DeployedRole | undefined,
  tagKeys: readonly string[],
  sourceIdentity: string | null,
): RequestContext {
  const tagged = (kind: string, of: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(of).map(([key, value]) => [`aws:${kind}/${key}`, value]));
  return {
    'sts:RoleSessionName': sessionName,
    ...(externalId !== null && { 'sts:ExternalId': externalId }),
    ...(sourceIdentity !== null && { 'sts:SourceIdentity': sourceIdentity }),
    ...(transitive.length > 0 && { 'sts:TransitiveTagKeys': transitive }),
    ...(tagKeys.length > 0 && { 'aws:TagKeys': tagKeys }),
    ...tagged('RequestTag', tags),
    ...tagged('ResourceTag', role?.tags ?? {}),
  };
}

/** What a chain was given stays as it is to its end. */
function refuseChanges({ session }: Principal, request: AssumeRoleRequest, inherited: Record<string, string>): void {
  const own = session?.sourceIdentity ?? null;
  if (own !== null && request.sourceIdentity !== null && request.sourceIdentity !== own) {
    throw new StsError('AccessDenied', 'The source identity of a session cannot be changed.');
  }
  const overridden = Object.keys(request.tags).find((key) => Object.hasOwn(inherited, key));
  if (overridden === undefined) return;
  throw new StsError(
    'InvalidParameterValue',
    'One of the specified transitive tag keys can’t be set because it conflicts with a transitive tag key from the calling session.',
  );
}

function refuseDuration(seconds: number, { maxSessionSeconds }: DeployedRole): void {
  if (seconds > maxSessionSeconds) {
    throw new StsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  }
  if (seconds <= MAX_CHAINED_SECONDS) return;
  throw new StsError(
    'ValidationError',
    'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
  );
}
