/** One security group for each way out, so that a function has exactly the ways that its needs need. */
import { type CfnSecurityGroup, CfnSecurityGroupIngress, type IVpc, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { ConfigError } from '../../config/config-error.ts';
import type { Config } from '../../config/schema.ts';

export const HTTPS = 443;
/** AWS's default is 60 outbound rules a group (Amazon VPC quotas, "Security groups"); ten are left to the company. */
export const MAX_RULES_PER_GROUP = 50;
/** AWS's default is 5 groups a network interface; S3, CloudWatch and, with roles of tenants, STS take the others. */
const MAX_GROUPS = 5;

/** A way out of a group: to a prefix list, an address range or another group, on one port. */
export type Exit = Pick<
  CfnSecurityGroup.EgressProperty,
  'destinationPrefixListId' | 'destinationSecurityGroupId' | 'cidrIp' | 'description'
> & { port: number };

/**
 * A group that lets nothing in, and out by these ways only. They stand inside the group's own resource: to a group that is
 * made without any, EC2 adds rules that let everything out (CloudFormation, "AWS::EC2::SecurityGroup"), and nothing says
 * that a rule which is a resource of its own takes them away again.
 */
export function group(scope: Construct, vpc: IVpc, description: string, exits: Exit[]): SecurityGroup {
  const securityGroup = new SecurityGroup(scope, 'SecurityGroup', { vpc, description, allowAllOutbound: false });
  // The CDK would make each rule that names a group or a prefix list a resource of its own.
  (securityGroup.node.defaultChild as CfnSecurityGroup).securityGroupEgress = exits.map(({ port, ...exit }) => ({
    ...exit,
    ipProtocol: 'tcp',
    fromPort: port,
    toPort: port,
  }));
  return securityGroup;
}

/** To S3, through the gateway endpoint. */
export class ObjectsAccess extends Construct {
  /** Of every function. */
  readonly securityGroup: SecurityGroup;

  /** @param prefixListId of S3 in the Region: what the rule lets out to */
  constructor(scope: Construct, id: string, vpc: IVpc, prefixListId: string) {
    super(scope, id);
    this.securityGroup = group(this, vpc, 'MRT functions to S3', [
      { destinationPrefixListId: prefixListId, port: HTTPS, description: 'S3 in this Region' },
    ]);
  }
}

/** An endpoint that others look after. */
type ExistingEndpoint = Exclude<Extract<Config['network'], { vpc: 'existing' }>['monitoring_endpoint'], 'create'>;

/** To a service through its interface endpoint. */
export class EndpointAccess extends Construct {
  /** Of the functions that call the service. */
  readonly securityGroup: SecurityGroup;
  /** Of the endpoint that the stack makes; `null` with an existing one, whose group gets a rule. */
  readonly endpointGroup: SecurityGroup | null;
  readonly #endpointGroupId: string;
  readonly #isOthers: boolean;

  /**
   * @param service as descriptions call it
   * @param existing an endpoint has a group of its own, which must let these functions in; `null`: the stack makes one
   */
  constructor(scope: Construct, id: string, vpc: IVpc, service: string, existing: ExistingEndpoint | null) {
    super(scope, id);
    this.endpointGroup = existing
      ? null
      : new SecurityGroup(this, 'EndpointSecurityGroup', {
          vpc,
          description: `${service} endpoint of the MRT functions`,
          // The CDK then writes a rule into it that lets nothing out.
          allowAllOutbound: false,
        });
    const endpointGroupId = existing?.security_group ?? this.endpointGroup?.securityGroupId ?? '';
    this.securityGroup = group(this, vpc, `MRT functions to ${service}`, [
      { destinationSecurityGroupId: endpointGroupId, port: HTTPS, description: `${service} endpoint` },
    ]);
    this.#endpointGroupId = endpointGroupId;
    this.#isOthers = existing?.security_group_ingress === 'owner';
    if (!this.#isOthers) letIn(this, 'Endpoint', endpointGroupId, HTTPS, this.securityGroup);
  }

  /** The same way for a group that has others too: an interface takes five groups. */
  exit(): Exit {
    return { destinationSecurityGroupId: this.#endpointGroupId, port: HTTPS, description: 'CloudWatch endpoint' };
  }

  /** Lets such a group in, where the stack may. */
  letIn(scope: Construct, from: SecurityGroup): void {
    if (!this.#isOthers) letIn(scope, 'Metrics', this.#endpointGroupId, HTTPS, from);
  }
}

/** To each configured database, on its port only. Several groups when the databases are many. */
export class DatabaseAccess extends Construct {
  /** Of the functions that read databases; each has up to 50 rules. */
  readonly securityGroups: SecurityGroup[] = [];

  /**
   * @param otherGroups that a function has besides
   * @throws ConfigError when the databases need more rules than an interface can have.
   */
  constructor(scope: Construct, id: string, vpc: IVpc, { databases }: Config, otherGroups: number) {
    super(scope, id);
    const MAX_LISTENERS = MAX_RULES_PER_GROUP * (MAX_GROUPS - otherGroups);
    // Servers that share group and port are one rule.
    const listeners = new Map(
      Object.values(databases).map((database) => [`${database.security_group}:${database.port}`, database]),
    );
    if (listeners.size > MAX_LISTENERS) {
      throw new ConfigError([`databases: ${listeners.size} pairs of security group and port, ${MAX_LISTENERS} fit`]);
    }
    const all = [...listeners];
    for (let start = 0; start < all.length; start += MAX_RULES_PER_GROUP) {
      const some = all.slice(start, start + MAX_RULES_PER_GROUP);
      const place = new Construct(this, `Group${this.securityGroups.length + 1}`);
      const current = group(
        place,
        vpc,
        'MRT functions to the databases',
        some.map(([, { security_group, port }]) => ({
          destinationSecurityGroupId: security_group,
          port,
          description: 'Mendix database',
        })),
      );
      this.securityGroups.push(current);
      for (const [name, { security_group, security_group_ingress, port }] of some) {
        if (security_group_ingress === 'create') letIn(this, name.replace(':', '-'), security_group, port, current);
      }
    }
  }
}

/** Lets the functions of one group into another, which is not the stack's or which names that group itself. */
export function letIn(scope: Construct, id: string, into: string, port: number, from: SecurityGroup): void {
  new CfnSecurityGroupIngress(scope, `Into-${id}`, {
    groupId: into,
    ipProtocol: 'tcp',
    fromPort: port,
    toPort: port,
    sourceSecurityGroupId: from.securityGroupId,
    description: 'MRT functions',
  });
}
