/** One security group for each way out, so that a function has exactly the ways that its needs need. */
import { CfnSecurityGroupIngress, type IVpc, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { ConfigError } from '../../config/config-error.ts';
import type { Config } from '../../config/schema.ts';

const HTTPS = Port.tcp(443);
/** AWS's default is 60 outbound rules a group (Amazon VPC quotas, "Security groups"); ten are left to the company. */
const MAX_RULES_PER_GROUP = 50;
/** AWS's default is 5 groups a network interface; S3 and CloudWatch take the other two. */
const MAX_DATABASE_GROUPS = 3;
const MAX_LISTENERS = MAX_RULES_PER_GROUP * MAX_DATABASE_GROUPS;

/** A group that lets nothing in and nothing out until rules are added. */
function group(scope: Construct, vpc: IVpc, description: string): SecurityGroup {
  return new SecurityGroup(scope, 'SecurityGroup', {
    vpc,
    description,
    allowAllOutbound: false,
    // Rules stand inside the group's own resource wherever they can: 500 resources are a stack's limit.
    disableInlineRules: false,
  });
}

/** To S3, through the gateway endpoint. */
export class ObjectsAccess extends Construct {
  /** Of every function. */
  readonly securityGroup: SecurityGroup;

  /** @param prefixListId of S3 in the Region: what the rule lets out to */
  constructor(scope: Construct, id: string, vpc: IVpc, prefixListId: string) {
    super(scope, id);
    this.securityGroup = group(this, vpc, 'MRT functions to S3');
    this.securityGroup.addEgressRule(Peer.prefixList(prefixListId), HTTPS, 'S3 in this Region');
  }
}

/** To CloudWatch, through the interface endpoint. */
export class MetricsAccess extends Construct {
  /** Of the functions that read metrics. */
  readonly securityGroup: SecurityGroup;
  /** Of the endpoint that the stack makes; `null` with an existing one, whose group gets a rule. */
  readonly endpointGroup: SecurityGroup | null;

  /** @param network says whether an endpoint exists, whose group then gets a rule for these functions */
  constructor(scope: Construct, id: string, vpc: IVpc, network: Config['network']) {
    super(scope, id);
    this.securityGroup = group(this, vpc, 'MRT functions to CloudWatch');
    // An endpoint that others look after has a group of its own, which must let these functions in.
    const existing =
      network.vpc === 'existing' && network.monitoring_endpoint !== 'create' && network.monitoring_endpoint;
    if (existing) {
      this.endpointGroup = null;
      this.securityGroup.addEgressRule(Peer.securityGroupId(existing.security_group), HTTPS, 'CloudWatch endpoint');
      letIn(this, 'Endpoint', existing.security_group, 443, this.securityGroup);
      return;
    }
    this.endpointGroup = new SecurityGroup(this, 'EndpointSecurityGroup', {
      vpc,
      description: 'CloudWatch endpoint of the MRT functions',
      allowAllOutbound: false,
    });
    this.securityGroup.addEgressRule(this.endpointGroup, HTTPS, 'CloudWatch endpoint');
    this.endpointGroup.addIngressRule(this.securityGroup, HTTPS, 'MRT functions');
  }
}

/** To each configured database, on its port only. Several groups when the databases are many. */
export class DatabaseAccess extends Construct {
  /** Of the functions that read databases; each has up to 50 rules. */
  readonly securityGroups: SecurityGroup[] = [];

  /** @throws ConfigError when the databases need more rules than an interface can have. */
  constructor(scope: Construct, id: string, vpc: IVpc, { databases }: Config) {
    super(scope, id);
    // Servers that share group and port are one rule.
    const listeners = new Map(
      Object.values(databases).map((database) => [`${database.security_group}:${database.port}`, database]),
    );
    if (listeners.size > MAX_LISTENERS) {
      throw new ConfigError([`databases: ${listeners.size} pairs of security group and port, ${MAX_LISTENERS} fit`]);
    }
    for (const [index, [name, listener]] of [...listeners].entries()) {
      if (index % MAX_RULES_PER_GROUP === 0) {
        const place = new Construct(this, `Group${this.securityGroups.length + 1}`);
        this.securityGroups.push(group(place, vpc, 'MRT functions to the databases'));
      }
      const current = this.securityGroups.at(-1);
      current?.addEgressRule(Peer.securityGroupId(listener.security_group), Port.tcp(listener.port), 'Mendix database');
      if (current && listener.security_group_ingress === 'create') {
        letIn(this, name.replace(':', '-'), listener.security_group, listener.port, current);
      }
    }
  }
}

/** A rule in a group that is not the stack's: lets the functions of one group in. */
function letIn(scope: Construct, id: string, into: string, port: number, from: SecurityGroup): void {
  new CfnSecurityGroupIngress(scope, `Into-${id}`, {
    groupId: into,
    ipProtocol: 'tcp',
    fromPort: port,
    toPort: port,
    sourceSecurityGroupId: from.securityGroupId,
    description: 'MRT functions',
  });
}
