/**
 * The private REST API: two ways in, `/airflow/…` by a token and `/iam/…` by a signature, each for GET and POST. The
 * function behind GET reads, the one behind POST starts runs, and neither may do the other's.
 */
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  AuthorizationType,
  CfnAccount,
  EndpointType,
  IdentitySource,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RequestAuthorizer,
  type Resource,
  ResponseType,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { type CfnVPCEndpoint, InterfaceVpcEndpoint } from 'aws-cdk-lib/aws-ec2';
import {
  AnyPrincipal,
  Effect,
  type IRole,
  PolicyDocument,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { AirflowGateway } from '../../config/options/airflow-gateway.ts';
import type { Config } from '../../config/schema.ts';
import { PROBLEMS } from '../../lambdas/problems.ts';
import { logGroupProps } from '../log-group.ts';
import { declareActions } from '../permissions/declared-actions.ts';

/** Under the gateway's 29 s (API Gateway quotas for REST APIs). */
const INTEGRATION_TIMEOUT = Duration.seconds(29);
/** How long a decision about a token is kept; the proxy refuses one whose token has ended since. */
const DECISION_KEPT = Duration.minutes(5);

/** One JSON line for each request, those included that the gateway refused itself. Never a token. */
const ACCESS_LOG = {
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  method: '$context.httpMethod',
  resource: '$context.resourcePath',
  status: '$context.status',
  latency: '$context.responseLatency',
  integrationLatency: '$context.integration.latency',
  integrationStatus: '$context.integration.status',
  // Who: the authorizer's word, or the session of a role.
  principal: '$context.authorizer.principalId',
  userArn: '$context.identity.userArn',
  error: '$context.error.responseType',
  vpce: '$context.identity.vpceId',
  sourceIp: '$context.identity.sourceIp',
  responseLength: '$context.responseLength',
};

/** What goes on a path of one method. */
export type MethodFunctions = Readonly<Record<'GET' | 'POST', IFunction | null>>;

export interface GatewayApiProps {
  config: Config;
  airflow: AirflowGateway;
  /** Of the stack's own VPC. */
  endpoint: CfnVPCEndpoint;
  authorizer: IFunction;
  /** Behind each method; `null`: nobody may start a run, so there is no POST. */
  functions: MethodFunctions;
  /** Roles that come in by a signature. */
  roles: readonly IRole[];
}

/** API, stage, authorizer, methods, throttles, and the answers that the gateway gives itself. */
export class GatewayApi extends Construct {
  readonly api: RestApi;
  readonly accessLog: LogGroup;

  constructor(scope: Construct, id: string, props: GatewayApiProps) {
    super(scope, id);
    const { config, airflow, endpoint, functions } = props;
    this.accessLog = new LogGroup(this, 'AccessLog', logGroupProps(this, config));
    this.api = new RestApi(this, 'Api', {
      restApiName: `mrt-${config.stage}-airflow`,
      description: `MRT API, stage ${config.stage}: a private way to Airflow`,
      endpointConfiguration: {
        types: [EndpointType.PRIVATE],
        // API Gateway makes a public name for the pair of them, which leads to the endpoint's private addresses.
        vpcEndpoints: [
          InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(this, 'Endpoint', {
            vpcEndpointId: endpoint.ref,
            port: 443,
          }),
        ],
      },
      policy: resourcePolicy(props),
      cloudWatchRole: false,
      deployOptions: {
        stageName: config.stage,
        accessLogDestination: new LogGroupLogDestination(this.accessLog),
        accessLogFormat: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
        // Execution logs hold headers and bodies.
        loggingLevel: MethodLoggingLevel.OFF,
        metricsEnabled: true,
        // Of whatever has no throttle of its own.
        throttlingRateLimit: airflow.limits.reads_per_second,
        throttlingBurstLimit: airflow.limits.read_burst,
        methodOptions: throttles(airflow, functions),
      },
    });
    // The CDK's own output is of the public name, which leads nowhere for a private API.
    this.api.node.tryRemoveChild('Endpoint');
    if (airflow.account_log_role === 'create') this.api.deploymentStage.node.addDependency(this.#accountRole());
    this.#addWays(props);
    this.#addOwnAnswers(config);
  }

  /** REST APIs write access logs by one role of the account and Region, and not by the log group's policy. */
  #accountRole(): CfnAccount {
    const role = new Role(this, 'LogRole', {
      description: 'REST APIs of this account and Region write their logs',
      assumedBy: new ServicePrincipal('apigateway.amazonaws.com'),
      // What API Gateway wants such a role to have (API Gateway guide, "Set up CloudWatch API logging").
      inlinePolicies: {
        logs: new PolicyDocument({
          statements: [new PolicyStatement({ actions: LOG_ROLE_ACTIONS, resources: ['*'] })],
        }),
      },
    });
    declareActions(role, { named: [], everything: LOG_ROLE_ACTIONS });
    // Other APIs of the account may have begun to rely on it.
    role.applyRemovalPolicy(RemovalPolicy.RETAIN);
    const account = new CfnAccount(this, 'Account', { cloudWatchRoleArn: role.roleArn });
    account.applyRemovalPolicy(RemovalPolicy.RETAIN);
    return account;
  }

  #addWays({ authorizer, functions, roles }: GatewayApiProps): void {
    const request = new RequestAuthorizer(this, 'Authorizer', {
      handler: authorizer,
      identitySources: [IdentitySource.header('Authorization')],
      resultsCacheTtl: DECISION_KEPT,
    });
    const below = (way: string) => this.api.root.addResource(way).addResource('{environment}').addResource('{proxy+}');
    addMethods(below('airflow'), functions, {
      authorizer: request,
      authorizationType: AuthorizationType.CUSTOM,
    });
    if (roles.length > 0) addMethods(below('iam'), functions, { authorizationType: AuthorizationType.IAM });
  }

  /** A method or path that is not there is the gateway's to refuse; in the words of the API, which a REST API can set. */
  #addOwnAnswers({ domain }: Config): void {
    const base = domain === 'off' ? '' : `https://maas-api.${domain.dns_domain}`;
    const refuse = (type: ResponseType, slug: 'path-not-allowed' | 'invalid-token') => {
      const { status, title, advice } = PROBLEMS[slug];
      this.api.addGatewayResponse(`Refuse-${slug}`, {
        type,
        statusCode: String(status),
        templates: {
          'application/json': JSON.stringify({
            type: `${base}/problems/${slug}`,
            title,
            status,
            detail: advice,
            request_id: '$context.requestId',
          }),
        },
      });
    };
    refuse(ResponseType.MISSING_AUTHENTICATION_TOKEN, 'path-not-allowed');
    refuse(ResponseType.UNAUTHORIZED, 'invalid-token');
  }
}

const LOG_ROLE_ACTIONS = [
  'logs:CreateLogGroup',
  'logs:CreateLogStream',
  'logs:DescribeLogGroups',
  'logs:DescribeLogStreams',
  'logs:PutLogEvents',
  'logs:GetLogEvents',
  'logs:FilterLogEvents',
];

function addMethods(
  resource: Resource,
  functions: MethodFunctions,
  options: { authorizationType: AuthorizationType; authorizer?: RequestAuthorizer },
): void {
  for (const [method, handler] of Object.entries(functions)) {
    if (handler === null) continue;
    const integration = new LambdaIntegration(handler, { allowTestInvoke: false, timeout: INTEGRATION_TIMEOUT });
    resource.addMethod(method, integration, options);
  }
}

/**
 * What comes in at all. Signatures and resource policies add up: an `Allow` here would let every role of the account in
 * past its own policy (API Gateway guide, "How API Gateway resource policies affect authorization workflow", table A).
 * So tokens' way is allowed here, and the authorizer's decision is the other half; the signatures' way is allowed by the
 * roles' own policies, and here all others are refused.
 */
function resourcePolicy({ endpoint, airflow, roles }: GatewayApiProps): PolicyDocument {
  const everybody = [new AnyPrincipal()];
  const actions = ['execute-api:Invoke'];
  const statements = [
    new PolicyStatement({ sid: 'ByToken', principals: everybody, actions, resources: ['execute-api:/*/*/airflow/*'] }),
    new PolicyStatement({
      sid: 'OnlyByTheseEndpoints',
      effect: Effect.DENY,
      principals: everybody,
      actions,
      resources: ['execute-api:/*'],
      conditions: { StringNotEquals: { 'aws:SourceVpce': [endpoint.ref, ...airflow.other_endpoints] } },
    }),
  ];
  if (roles.length > 0) {
    statements.push(
      new PolicyStatement({
        sid: 'OnlyTheseRoles',
        effect: Effect.DENY,
        principals: everybody,
        actions,
        resources: ['execute-api:/*/*/iam/*'],
        conditions: { ArnNotEquals: { 'aws:PrincipalArn': roles.map(({ roleArn }) => roleArn) } },
      }),
      new PolicyStatement({
        sid: 'OnlyThisAccount',
        effect: Effect.DENY,
        principals: everybody,
        actions,
        resources: ['execute-api:/*/*/iam/*'],
        conditions: { StringNotEquals: { 'aws:PrincipalAccount': Stack.of(endpoint).account } },
      }),
    );
  }
  return new PolicyDocument({ statements });
}

/** Of each method on each way: a token bucket that all callers share (API Gateway guide, "Throttle requests"). */
function throttles({ limits }: AirflowGateway, functions: MethodFunctions) {
  const read = { throttlingRateLimit: limits.reads_per_second, throttlingBurstLimit: limits.read_burst };
  const trigger = { throttlingRateLimit: limits.triggers_per_second, throttlingBurstLimit: limits.trigger_burst };
  return Object.fromEntries(
    ['airflow', 'iam'].flatMap((way) => [
      [`/${way}/{environment}/{proxy+}/GET`, read],
      ...(functions.POST === null ? [] : [[`/${way}/{environment}/{proxy+}/POST`, trigger]]),
    ]),
  );
}
