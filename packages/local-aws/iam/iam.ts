/**
 * Stands in for IAM: who holds which access key, and whether a principal may do what it asks for.
 * A principal in the VPC reaches S3 and CloudWatch only through the VPC's endpoints, so their policies must allow too.
 */

import type { RequestContext } from './conditions.ts';
import { checkDocument, evaluate, namingDirectly, type PolicyDocument, type PolicyRequest } from './policy.ts';
import { endpointServiceOf, forGateway, type VpcEndpointService } from './vpc-endpoints.ts';

/** A session of a role, with its access key: a function's own, or one that STS gave. */
export interface Principal {
  /** Logical name, for messages: `BucketSizeFunction` … */
  name: string;
  roleArn: string;
  /** Inline and managed policies of the role. */
  policies: PolicyDocument[];
  inVpc: boolean;
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  /** Tags of the role itself; those of a session go first. */
  tags?: Readonly<Record<string, string>>;
  /** Left out: the role's own keys, which Lambda renews. */
  session?: Session;
}

/** What AssumeRole adds to a role. Source: IAM user guide, "Pass session tags in AWS STS". */
export interface Session {
  /** Milliseconds since the epoch. */
  expires: number;
  tags: Readonly<Record<string, string>>;
  /** Keys of tags that go along when the session assumes another role. */
  transitive: readonly string[];
  /** Set once, and the same in every session that follows. `null`: none. */
  sourceIdentity: string | null;
  /** Session policies: the session may do what they and the role's both allow. Empty: no restriction. */
  policies: readonly PolicyDocument[];
}

/** Whether a request may go on, and what the caller is told if not. */
export interface Decision {
  allowed: boolean;
  /** IAM's wording of why not; empty when allowed. */
  reason: string;
}

interface Endpoint {
  policies: PolicyDocument[];
  id: string;
}

const DAY_MS = 24 * 3600 * 1000;

/** Who there is, and who may do what. Changes count from the next request on. */
export class Iam {
  /** Whose endpoints the services are: a signature for another Region is none here. */
  readonly region: string;
  readonly #principals = new Map<string, Principal>();
  readonly #endpoints = new Map<VpcEndpointService, Endpoint>();

  constructor(region: string) {
    this.region = region;
  }

  /**
   * Adds a principal; one with the same access key is replaced.
   *
   * @throws Error when a policy has something that the check does not know
   */
  register(principal: Principal): void {
    principal.policies.forEach(checkDocument);
    principal.session?.policies.forEach(checkDocument);
    this.#principals.set(principal.accessKeyId, principal);
  }

  /** @returns `undefined` for a key that nobody has */
  byAccessKeyId(id: string): Principal | undefined {
    return this.#principals.get(id);
  }

  /**
   * Says that the VPC has an endpoint for `service`. Without this call there is none, and principals in the VPC
   * are refused; an endpoint without a policy of its own allows everything and is said as such.
   *
   * @param id becomes `aws:SourceVpce`
   * @throws Error as `register`
   */
  setVpcEndpointPolicy(service: VpcEndpointService, policies: PolicyDocument[], id = 'vpce-0local'): void {
    policies.forEach(checkDocument);
    this.#endpoints.set(service, { policies, id });
  }

  /** Forgets sessions whose time is over by more than a day: until then they are told that it is. */
  forgetSessions(now: number): void {
    for (const [id, { session }] of this.#principals) {
      if (session !== undefined && session.expires < now - DAY_MS) this.#principals.delete(id);
    }
  }

  /**
   * Whether the role's policies, and for principals in the VPC the endpoint's, allow the action.
   * Global condition keys (`aws:PrincipalArn` …) are added here; `context` has the service's own.
   *
   * @param trust a role's trust policy, where the action is to assume it: it must allow in any case, and where it names
   *   the principal itself the principal's own policies need not (STS API reference, AssumeRole, "Permissions")
   */
  decide(
    principal: Principal,
    action: string,
    resourceArn: string,
    context: RequestContext,
    trust: PolicyDocument | null = null,
  ): Decision {
    const service = principal.inVpc ? endpointServiceOf(action) : undefined;
    const endpoint = service === undefined ? undefined : this.#endpoints.get(service);
    const refused = (why: string): Decision => ({
      allowed: false,
      reason: `User: ${sessionArn(principal)} is not authorized to perform: ${action} on resource: ${resourceArn} ${why}`,
    });
    if (service !== undefined && endpoint === undefined) return refused('because the VPC has no endpoint for it');

    const request: PolicyRequest = {
      principalArn: principal.roleArn,
      action,
      resource: resourceArn,
      context: { ...globalContext(principal), ...(endpoint && { 'aws:SourceVpce': endpoint.id }), ...context },
    };
    const own = evaluate(principal.policies, request);
    const isNamed =
      trust !== null &&
      isOwnAccount(principal, resourceArn) &&
      evaluate(namingDirectly([trust], principal.roleArn), request) === 'allow';
    const verdicts = [['identity-based', own === 'silent' && isNamed ? 'allow' : own]];
    if (trust !== null) verdicts.push(['role trust', evaluate([trust], request)]);
    const limits = principal.session?.policies ?? [];
    if (limits.length > 0) verdicts.push(['session', evaluate(limits, request)]);
    if (endpoint !== undefined) {
      const policies = service === 's3' ? endpoint.policies.map(forGateway) : endpoint.policies;
      verdicts.push(['VPC endpoint', evaluate(policies, request)]);
    }
    const denying = verdicts.find(([, verdict]) => verdict === 'deny');
    if (denying !== undefined) return refused(`with an explicit deny in a ${denying[0]} policy`);
    const silent = verdicts.find(([, verdict]) => verdict === 'silent');
    if (silent !== undefined) return refused(`because no ${silent[0]} policy allows the ${action} action`);
    return { allowed: true, reason: '' };
  }
}

/** Condition keys that every request has. Source: IAM user guide, "AWS global condition context keys". */
function globalContext(principal: Principal): RequestContext {
  const account = accountOf(principal.roleArn);
  const { session } = principal;
  const tags = { ...principal.tags, ...session?.tags };
  return {
    'aws:PrincipalArn': principal.roleArn,
    'aws:PrincipalAccount': account,
    'aws:PrincipalType': 'AssumedRole',
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])),
    ...(session?.sourceIdentity && { 'aws:SourceIdentity': session.sourceIdentity }),
    // Every bucket and metric here belongs to the one account.
    'aws:ResourceAccount': account,
    // In the cloud all of it is TLS; on this machine the loopback interface takes its place.
    'aws:SecureTransport': 'true',
  };
}

function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}

function isOwnAccount(principal: Principal, resourceArn: string): boolean {
  return accountOf(principal.roleArn) === accountOf(resourceArn);
}

/** `arn:aws:sts::<account>:assumed-role/<role>/<session name>`. Source: IAM user guide, "IAM identifiers". */
export function sessionArn(principal: Principal): string {
  const role = principal.roleArn.split('/').at(-1);
  return `arn:aws:sts::${accountOf(principal.roleArn)}:assumed-role/${role}/${principal.name}`;
}
