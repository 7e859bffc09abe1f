/** The HTTP API: a route for each entry of the route table, closed unless the table says open. */
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  type CfnRoute,
  type CfnStage,
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  type HttpRoute,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpUserPoolAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ConfigError } from '../../config/config-error.ts';
import { consoleOrigins } from '../../config/console-origins.ts';
import type { Config } from '../../config/schema.ts';
import { DOCUMENT_PATHS, PUBLIC_KEYS_PATH } from '../../lambdas/contract.ts';
import type { Route } from '../../lambdas/route.ts';
import type { RouteFunction } from '../functions/route-function.ts';
import type { Identity } from '../identity/user-pool.ts';
import { logGroupProps } from '../log-group.ts';

/** Response headers that pages of other origins may read; the others that CORS would hide are of no use to a client. */
const EXPOSED_HEADERS = ['ETag', 'Link', 'Retry-After', 'Server-Timing', 'x-as-of', 'x-complete', 'x-request-id'];
/** The same of signed answers. */
const SIGNATURE_HEADERS = ['Content-Digest', 'Signature', 'Signature-Input', 'x-caller'];
/** Request headers that they may send beyond the ones that CORS always lets through. */
const REQUEST_HEADERS = ['Authorization', 'Accept', 'If-None-Match', 'x-reason'];

/**
 * One JSON line for each request, refused ones too. The CDK's own format would print dashes, as an HTTP API knows no
 * `$context.resourcePath` and no caller (API Gateway guide, "Customize HTTP API access logs").
 */
const ACCESS_LOG = {
  // What was asked, and how it ended.
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  routeKey: '$context.routeKey',
  path: '$context.path',
  status: '$context.status',
  latency: '$context.responseLatency',
  // The function's part in it; with `integrationError` and no status, the gateway could not call it.
  integrationLatency: '$context.integrationLatency',
  integrationStatus: '$context.integrationStatus',
  integrationError: '$context.integrationErrorMessage',
  // Who asked: why the token was refused, or whose it is. Never the token.
  authorizerError: '$context.authorizer.error',
  clientId: '$context.authorizer.claims.client_id',
  subject: '$context.authorizer.claims.sub',
  sourceIp: '$context.identity.sourceIp',
  userAgent: '$context.identity.userAgent',
  responseLength: '$context.responseLength',
  protocol: '$context.protocol',
};

export interface ApiProps {
  /** Domain, CORS and throttles. */
  config: Config;
  /** Whose tokens the authorizer lets in, and for which clients. */
  identity: Identity;
  /** The function of what anybody may read. */
  documents: IFunction;
  /** The function of the public keys; `null`: the stage has none. */
  publicKeys: IFunction | null;
  /** The function behind each route, in the order of the route table. */
  functions: { route: Route; function: RouteFunction }[];
}

/** Gateway, authorizer, stage with its throttles and access log, and GET and HEAD of each route. */
export class Api extends Construct {
  readonly api: HttpApi;
  /** `$default`: no stage name in the path. */
  readonly stage: HttpStage;
  /** The lines of `ACCESS_LOG`; alarms count in them. */
  readonly accessLog: LogGroup;

  /** @throws ConfigError when `limits.routes` names a route that is not there */
  constructor(scope: Construct, id: string, { config, identity, documents, publicKeys, functions }: ApiProps) {
    super(scope, id);
    const origins = [...(config.cors === 'off' ? [] : config.cors.origins), ...consoleOrigins(config)];
    this.api = new HttpApi(this, 'HttpApi', {
      apiName: `mrt-${config.stage}`,
      description: 'Operational data of Mendix apps, read-only',
      createDefaultStage: false,
      // A second address would be one that a company's rules for its domain do not see.
      disableExecuteApiEndpoint: config.domain !== 'off',
      defaultAuthorizer: new HttpUserPoolAuthorizer('Authorizer', identity.userPool, {
        userPoolClients: identity.clients(),
      }),
      ...(origins.length > 0 && {
        corsPreflight: {
          allowOrigins: origins,
          allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.HEAD],
          allowHeaders: config.signed_answers ? [...REQUEST_HEADERS, 'Accept-Signature'] : REQUEST_HEADERS,
          exposeHeaders: config.signed_answers ? [...EXPOSED_HEADERS, ...SIGNATURE_HEADERS] : EXPOSED_HEADERS,
        },
      }),
    });
    this.accessLog = new LogGroup(this, 'AccessLog', logGroupProps(this, config));
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      // Alarms and dashboard look at single routes.
      detailedMetricsEnabled: true,
      throttle: { rateLimit: config.limits.requests_per_second, burstLimit: config.limits.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.accessLog),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
    for (const { route, function: fn } of functions) {
      const added = this.#addRoute(route, fn);
      const throttle = config.limits.routes[route.name];
      if (throttle !== undefined) this.#throttle(added, throttle);
    }
    this.#addOpen('documents', Object.values(DOCUMENT_PATHS), documents);
    if (publicKeys !== null) this.#addOpen('public_keys', [PUBLIC_KEYS_PATH], publicKeys);
    // Not in the schema, since the configuration does not know the route table.
    for (const name of Object.keys(config.limits.routes)) {
      if (!functions.some(({ route }) => route.name === name)) {
        throw new ConfigError([`limits.routes.${name}: there is no such route`]);
      }
    }
  }

  /** GET and HEAD: an HTTP API does not answer HEAD by a GET route. Any one of the scopes lets a token in. */
  #addRoute(route: Route, { target }: RouteFunction): HttpRoute[] {
    return this.api.addRoutes({
      path: route.path,
      methods: [HttpMethod.GET, HttpMethod.HEAD],
      integration: new HttpLambdaIntegration(`Integration-${route.name}`, target),
      ...(route.scopes === null
        ? { authorizer: new HttpNoneAuthorizer() }
        : { authorizationScopes: [...route.scopes] }),
    });
  }

  /** Without a token, as they say nothing of what the API reads. */
  #addOpen(name: string, paths: readonly string[], lambda: IFunction): void {
    const integration = new HttpLambdaIntegration(`Integration-${name}`, lambda);
    for (const path of paths) {
      const methods = [HttpMethod.GET, HttpMethod.HEAD];
      this.api.addRoutes({ path, methods, integration, authorizer: new HttpNoneAuthorizer() });
    }
  }

  /** The settings are the stage's, by route key; one for a route that is not there yet is refused. */
  #throttle(routes: HttpRoute[], throttle: { requests_per_second: number; burst: number }): void {
    const stage = this.stage.node.defaultChild as CfnStage;
    for (const route of routes) {
      const resource = route.node.defaultChild as CfnRoute;
      stage.addResourceDependency(resource);
      stage.routeSettings = {
        ...stage.routeSettings,
        [resource.routeKey]: {
          ThrottlingRateLimit: throttle.requests_per_second,
          ThrottlingBurstLimit: throttle.burst,
          // Left out, it would be off for this route, whatever the stage says.
          DetailedMetricsEnabled: true,
        },
      };
    }
  }
}
