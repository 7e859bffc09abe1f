/**
 * Stands in for IAM: who holds which access key, and whether a principal may do what it asks for.
 * A principal in the VPC reaches S3 and CloudWatch only through the VPC's endpoints, so their policies must allow too.
 */

import type { RequestContext } from './conditions.ts';
import { checkDocument, evaluate, type PolicyDocument, type PolicyRequest, type Statement } from './policy.ts';

/** An execution role with the one access key that its function instances use. */
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
}

/** Services that functions in the VPC reach through an endpoint. */
export type VpcEndpointService = 's3' | 'monitoring';

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

const ENDPOINTS: Readonly<Record<string, VpcEndpointService>> = { s3: 's3', cloudwatch: 'monitoring' };

/** Who there is, and who may do what. Changes count from the next request on. */
export class Iam {
  readonly #principals = new Map<string, Principal>();
  readonly #endpoints = new Map<VpcEndpointService, Endpoint>();

  /**
   * Adds a principal; one with the same access key is replaced.
   *
   * @throws Error when a policy has something that the check does not know
   */
  register(principal: Principal): void {
    principal.policies.forEach(checkDocument);
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

  /**
   * Whether the role's policies, and for principals in the VPC the endpoint's, allow the action.
   * Global condition keys (`aws:PrincipalArn` …) are added here; `context` has the service's own.
   */
  decide(principal: Principal, action: string, resourceArn: string, context: RequestContext): Decision {
    const service = principal.inVpc ? ENDPOINTS[action.split(':', 1)[0] ?? ''] : undefined;
    const endpoint = service === undefined ? undefined : this.#endpoints.get(service);
    const refused = (why: string): Decision => ({
      allowed: false,
      reason: `User: ${sessionArn(principal)} is not authorized to perform: ${action} on resource: ${resourceArn} ${why}`,
    });
    if (service !== undefined && endpoint === undefined) return refused('because the VPC has no endpoint for it');

    const account = principal.roleArn.split(':')[4] ?? '';
    const request: PolicyRequest = {
      principalArn: principal.roleArn,
      action,
      resource: resourceArn,
      context: {
        'aws:PrincipalArn': principal.roleArn,
        'aws:PrincipalAccount': account,
        'aws:PrincipalType': 'AssumedRole',
        // Every bucket and metric here belongs to the one account.
        'aws:ResourceAccount': account,
        // In the cloud all of it is TLS; on this machine the loopback interface takes its place.
        'aws:SecureTransport': 'true',
        ...(endpoint === undefined ? {} : { 'aws:SourceVpce': endpoint.id }),
        ...context,
      },
    };
    const verdicts = [['identity-based', evaluate(principal.policies, request)]];
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

/**
 * In the policy of a gateway endpoint a principal other than `*` stands for the account's root user only.
 * Source: AWS PrivateLink guide, "Control access to VPC endpoints using endpoint policies".
 */
function forGateway(policy: PolicyDocument): PolicyDocument {
  const statements: readonly Statement[] = Array.isArray(policy.Statement) ? policy.Statement : [policy.Statement];
  return { ...policy, Statement: statements.filter(({ Principal }) => isAnyone(Principal)) };
}

function isAnyone(principal: Statement['Principal']): boolean {
  return principal === undefined || principal === '*' || principal['AWS'] === '*';
}

function sessionArn(principal: Principal): string {
  const [, , , , account, role] = principal.roleArn.split(':');
  return `arn:aws:sts::${account}:assumed-role/${role?.split('/').at(-1)}/${principal.name}`;
}
