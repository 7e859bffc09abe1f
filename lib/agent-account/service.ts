/** The agent on Fargate: one task on ARM64, in private subnets, that lets nobody in. */
import { Duration } from 'aws-cdk-lib';
import {
  type CfnSecurityGroup,
  CfnSecurityGroupIngress,
  type ISecurityGroup,
  SecurityGroup,
  Subnet,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import {
  type CfnService,
  Cluster,
  ContainerImage,
  ContainerInsights,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
  type ICluster,
  LogDriver,
  OperatingSystemFamily,
} from 'aws-cdk-lib/aws-ecs';
import { Role as IamRole, PolicyDocument, PolicyStatement, type Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { AgentConfig } from '../../config/agent/schema.ts';
import { writeLines } from '../log-group.ts';
import { declareActions, LOG_ACTIONS } from '../permissions/declared-actions.ts';

type Fargate = Exclude<AgentConfig['run'], 'elsewhere'>;

/** What an execution role does to fetch an image (Amazon ECS guide, "Task execution IAM role"). */
const IMAGE_ACTIONS = ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'];

export interface AgentServiceProps {
  config: AgentConfig;
  run: Fargate;
  role: Role;
  logGroup: LogGroup;
  /** Folder of the image's parts; `null`: the configuration names an image. */
  folder: string | null;
}

export class AgentService extends Construct {
  readonly service: FargateService;
  readonly cluster: Cluster;
  /** Of the task: it lets nobody in. */
  readonly securityGroup: ISecurityGroup;

  constructor(scope: Construct, id: string, { config, run, role, logGroup, folder }: AgentServiceProps) {
    super(scope, id);
    const vpc = Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId: run.vpc_id,
      availabilityZones: run.availability_zones,
    });
    this.securityGroup = this.#group(vpc, config);
    this.cluster = new Cluster(this, 'Cluster', { vpc, containerInsightsV2: ContainerInsights.ENABLED });
    const executionRole = new IamRole(this, 'ExecutionRole', {
      description: `MRT agent ${config.name}: starts the task`,
      assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com'),
      inlinePolicies: {
        own: new PolicyDocument({
          statements: [
            writeLines(logGroup),
            new PolicyStatement({ actions: IMAGE_ACTIONS, resources: [repositoryArn(config, run)] }),
            // Knows no resource (Service Authorization Reference, "Actions … for Amazon Elastic Container Registry").
            new PolicyStatement({ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }),
          ],
        }),
      },
    });
    declareActions(executionRole, {
      named: [...LOG_ACTIONS, ...IMAGE_ACTIONS],
      everything: ['ecr:GetAuthorizationToken'],
    });
    const task = new FargateTaskDefinition(this, 'Task', {
      cpu: 512,
      memoryLimitMiB: 1024,
      runtimePlatform: { cpuArchitecture: CpuArchitecture.ARM64, operatingSystemFamily: OperatingSystemFamily.LINUX },
      taskRole: role,
      executionRole: executionRole.withoutPolicyUpdates(),
    });
    task.addContainer('Agent', {
      image:
        folder === null
          ? ContainerImage.fromRegistry(run.image ?? '')
          : ContainerImage.fromAsset(folder, { platform: Platform.LINUX_ARM64 }),
      logging: LogDriver.awsLogs({ logGroup, streamPrefix: 'agent' }),
      readonlyRootFilesystem: true,
      stopTimeout: Duration.seconds(30),
    });
    this.service = new FargateService(this, 'Service', {
      // The CDK's own class misses its interface under exactOptionalPropertyTypes.
      cluster: this.cluster as ICluster,
      taskDefinition: task,
      // Two of one name would throw each other out: the old one goes before the new one comes.
      desiredCount: 1,
      minHealthyPercent: 0,
      maxHealthyPercent: 100,
      circuitBreaker: { rollback: true },
      assignPublicIp: false,
      securityGroups: [this.securityGroup],
      vpcSubnets: {
        subnets: run.subnet_ids.map((subnetId, index) => Subnet.fromSubnetId(this, `Subnet${index + 1}`, subnetId)),
      },
    });
    (this.service.node.defaultChild as CfnService).enableEcsManagedTags = true;
  }

  /** Out to AWS, to the broker and to the databases; the rules stand in the group's own resource, as in a stage. */
  #group(vpc: ReturnType<typeof Vpc.fromVpcAttributes>, { databases, name }: AgentConfig): ISecurityGroup {
    const group = new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: `MRT agent ${name}`,
      allowAllOutbound: false,
    });
    const out = (port: number, description: string) => ({
      ipProtocol: 'tcp',
      fromPort: port,
      toPort: port,
      cidrIp: '0.0.0.0/0',
      description,
    });
    const listeners = new Map(Object.values(databases).map((one) => [`${one.security_group}:${one.port}`, one]));
    (group.node.defaultChild as CfnSecurityGroup).securityGroupEgress = [
      out(443, 'AWS, and the public keys of the Regional API'),
      out(8883, 'IoT Core of the Regional account'),
      ...[...listeners.values()].map(({ security_group, port }) => ({
        ipProtocol: 'tcp',
        fromPort: port,
        toPort: port,
        destinationSecurityGroupId: security_group,
        description: 'Mendix database',
      })),
    ];
    for (const [listener, { security_group, security_group_ingress, port }] of listeners) {
      if (security_group_ingress !== 'create') continue;
      new CfnSecurityGroupIngress(this, `Into-${listener.replace(':', '-')}`, {
        groupId: security_group,
        ipProtocol: 'tcp',
        fromPort: port,
        toPort: port,
        sourceSecurityGroupId: group.securityGroupId,
        description: `MRT agent ${name}`,
      });
    }
    return group;
  }
}

/** The repository of the configured image, or that of the CDK's bootstrap. */
function repositoryArn({ account, region, qualifier = 'hnb659fds' }: AgentConfig, { image }: Fargate): string {
  const [, registry, imageRegion, repository] =
    /^(\d+)\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([^@]+)@/.exec(image ?? '') ?? [];
  return image === undefined
    ? `arn:aws:ecr:${region}:${account}:repository/cdk-${qualifier}-container-assets-${account}-${region}`
    : `arn:aws:ecr:${imageRegion}:${registry}:repository/${repository}`;
}
