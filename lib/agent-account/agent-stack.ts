/**
 * An agent in its own account: a role with what it may read there, the secret with its key, its log; and on Fargate the
 * service that runs it. Nothing in this account trusts another one.
 */
import { CfnOutput, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { CfnPodIdentityAssociation } from 'aws-cdk-lib/aws-eks';
import {
  ManagedPolicy,
  PermissionsBoundary,
  PolicyStatement,
  ServicePrincipal,
  SessionTagsPrincipal,
} from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { type CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { agentAsStage } from '../../config/agent/as-stage.ts';
import type { AgentConfig } from '../../config/agent/schema.ts';
import { logGroupProps } from '../log-group.ts';
import { undeclaredActions } from '../permissions/declared-actions.ts';
import { stackProps } from '../stack-props.ts';
import { AgentAlarms } from './alarms.ts';
import { agentRole } from './role.ts';
import { AgentService } from './service.ts';
import { secretName } from './settings.ts';

export interface AgentStackProps {
  config: AgentConfig;
  /** Folder of the agent's bundle, of which the image is built. */
  folder: string;
}

/** `mrt-agent-<name>`. */
export class AgentStack extends Stack {
  constructor(scope: Construct, id: string, { config, folder }: AgentStackProps) {
    const stage = agentAsStage(config);
    const { termination_protection } = config;
    super(scope, id, {
      description: `MRT agent ${config.name}: serves the environments of this account to the MRT API, read-only`,
      env: { account: config.account, region: config.region },
      ...stackProps({ ...stage, termination_protection, ...(config.qualifier && { qualifier: config.qualifier }) }),
    });
    if (config.permissions_boundary_arn !== undefined) {
      const boundary = ManagedPolicy.fromManagedPolicyArn(this, 'Boundary', config.permissions_boundary_arn);
      PermissionsBoundary.of(this).apply(boundary);
    }
    const { run, cluster } = config;
    // Made empty: key and certificate are put in by whoever enrols the agent, and are in no template.
    const secret = new Secret(this, 'Credential', {
      secretName: secretName(config.name),
      description: `MRT agent ${config.name}: key and certificate; docs/agents.md`,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // The CDK would have a password made, which nobody asked for.
    (secret.node.defaultChild as CfnSecret).generateSecretString = undefined;
    const readSecret = new PolicyStatement({
      actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
      resources: [secret.secretArn],
    });
    const role = agentRole(this, {
      name: config.name,
      stage,
      assumedBy:
        run === 'elsewhere'
          ? new SessionTagsPrincipal(new ServicePrincipal('pods.eks.amazonaws.com'))
          : new ServicePrincipal('ecs-tasks.amazonaws.com'),
      own: [readSecret],
    });
    const logGroup = new LogGroup(this, 'Log', logGroupProps(this, stage));
    if (run !== 'elsewhere') {
      new AgentService(this, 'Service', {
        config,
        run,
        role,
        logGroup,
        folder: run.image === undefined ? folder : null,
      });
    }
    if (cluster !== undefined) {
      new CfnPodIdentityAssociation(this, 'PodIdentity', {
        clusterName: cluster.name,
        namespace: cluster.namespace,
        serviceAccount: cluster.service_account,
        roleArn: role.roleArn,
      });
    }
    new AgentAlarms(this, 'Alarms', { config, logGroup });
    new CfnOutput(this, 'SecretArn', { value: secret.secretArn, description: 'Where key and certificate belong' });
    new CfnOutput(this, 'RoleArn', { value: role.roleArn, description: 'For bucket policies and database logins' });
    new CfnOutput(this, 'LogGroup', { value: logGroup.logGroupName, description: 'Requests and audit lines' });
    this.node.addValidation({ validate: () => undeclaredActions(this) });
    Tags.of(this).add('mrt:agent', config.name);
    for (const [name, value] of Object.entries(config.tags)) Tags.of(this).add(name, value);
  }

  /** From the configuration, as in a stage. */
  override get availabilityZones(): string[] {
    return [`${this.region}a`, `${this.region}b`];
  }
}
