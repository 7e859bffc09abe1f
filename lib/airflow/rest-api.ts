/**
 * The private REST API: two ways in, `/airflow/…` by a token and `/iam/…` by a signature, each for GET and POST. The
 * function behind GET reads, the one behind POST starts runs, and neither may do the other's.
 */
import { Duration } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  AuthorizationType,
  EndpointType,
  IdentitySource,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RequestAuthorizer,
  type Resource,
  ResponseTransferMode,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { type CfnVPCEndpoint, InterfaceVpcEndpoint } from 'aws-cdk-lib/aws-ec2';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { AirflowGateway } from '../../config/options/airflow-gateway.ts';
import type { Config } from '../../config/schema.ts';
import { logGroupProps } from '../log-group.ts';
import { accountLogRole } from './account-log-role.ts';
import { PROXY_TIMEOUTS } from './gateway-functions.ts';
import { addOwnAnswers } from './own-answers.ts';
import { resourcePolicy } from './resource-policy.ts';

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

/** With X-Ray's id of the request, where it may have one. */
function accessLogOf({ tracing }: Config) {
  return { ...ACCESS_LOG, ...(tracing && { xrayTraceId: '$context.xrayTraceId' }) };
}

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
        accessLogFormat: AccessLogFormat.custom(JSON.stringify(accessLogOf(config))),
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
    if (airflow.account_log_role === 'create') this.api.deploymentStage.node.addDependency(accountLogRole(this));
    this.#addWays(props);
    addOwnAnswers(this.api, config);
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
}

function addMethods(
  resource: Resource,
  functions: MethodFunctions,
  options: { authorizationType: AuthorizationType; authorizer?: RequestAuthorizer },
): void {
  for (const [method, handler] of Object.entries(functions)) {
    if (handler === null) continue;
    const integration = new LambdaIntegration(handler, {
      allowTestInvoke: false,
      // Answers go through as they come, and so may have more than Lambda's 6 MB (docs/decisions/airflow-streaming.md).
      responseTransferMode: ResponseTransferMode.STREAM,
      timeout: PROXY_TIMEOUTS[method as 'GET' | 'POST'].plus(Duration.seconds(1)),
    });
    resource.addMethod(method, integration, options);
  }
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
