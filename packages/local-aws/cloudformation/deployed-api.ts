/** The HTTP API of the synthesised stack: routes, authorizers, CORS, throttling, access log. */
import { z } from 'zod';
import type { JsonObject, ResolvedResource } from './template.ts';

const Api = z.object({
  CorsConfiguration: z
    .object({
      AllowOrigins: z.array(z.string()).default([]),
      AllowMethods: z.array(z.string()).default([]),
      AllowHeaders: z.array(z.string()).default([]),
      ExposeHeaders: z.array(z.string()).default([]),
      MaxAge: z.coerce.number().optional(),
      AllowCredentials: z.boolean().default(false),
    })
    .optional(),
});
const Route = z.object({
  RouteKey: z.string(),
  Target: z.string(),
  AuthorizationType: z.enum(['NONE', 'JWT']).default('NONE'),
  AuthorizerId: z.string().optional(),
  AuthorizationScopes: z.array(z.string()).default([]),
});
const Integration = z.object({
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0'),
  TimeoutInMillis: z.coerce.number().max(30_000).default(30_000),
});
const Authorizer = z.object({
  AuthorizerType: z.literal('JWT'),
  IdentitySource: z.array(z.string()),
  JwtConfiguration: z.object({ Issuer: z.string(), Audience: z.array(z.string()) }),
});
const Throttling = z.object({
  ThrottlingRateLimit: z.coerce.number().optional(),
  ThrottlingBurstLimit: z.coerce.number().optional(),
});
const Stage = z.object({
  StageName: z.string(),
  DefaultRouteSettings: Throttling.default({}),
  RouteSettings: z.record(z.string(), Throttling).default({}),
  AccessLogSettings: z.object({ Format: z.string() }).optional(),
});

/** CORS as the template has it (`AWS::ApiGatewayV2::Api Cors`). */
export type DeployedCors = NonNullable<z.infer<typeof Api>['CorsConfiguration']>;

/** Whose tokens a route takes. */
export interface DeployedAuthorizer {
  identitySource: string;
  issuer: string;
  audiences: string[];
}

/** One route with its integration and authorizer resolved. */
export interface DeployedRoute {
  /** `GET /users` */
  key: string;
  method: string;
  path: string;
  /** `null`: open. */
  authorizer: DeployedAuthorizer | null;
  scopes: string[];
  /** Of the function, or of an alias of it. */
  functionArn: string;
  timeoutMilliseconds: number;
}

/** The stage’s throttling of one route: a token bucket (API Gateway guide, "Throttle requests to your HTTP APIs"). */
export interface Throttle {
  /** Requests per second. */
  rate: number;
  burst: number;
}

/** The HTTP API with its one stage. */
export interface DeployedApi {
  id: string;
  stage: string;
  routes: DeployedRoute[];
  cors: DeployedCors | null;
  /** By route key. */
  throttles: Record<string, Throttle>;
  /** `null`: no access log. */
  accessLogFormat: string | null;
}

/**
 * The account's own limits where the stage sets none (API Gateway developer guide, "Quotas": 10,000 a second, burst
 * 5,000).
 */
const ACCOUNT_THROTTLE: Throttle = { rate: 10_000, burst: 5000 };

/** @throws Error when the template has not exactly one HTTP API and one stage, or a part that is unknown here */
export function deployedApi(
  resources: Record<string, ResolvedResource>,
  reference: (logicalId: string) => string,
): DeployedApi {
  const ofType = (type: string) =>
    new Map(
      Object.entries(resources)
        .filter(([, resource]) => resource.type === `AWS::ApiGatewayV2::${type}`)
        .map(([logicalId, resource]): [string, JsonObject] => [reference(logicalId), resource.properties]),
    );
  const [api, stage] = [only('Api', ofType('Api')), only('Stage', ofType('Stage'))];
  const { DefaultRouteSettings, RouteSettings, StageName, AccessLogSettings } = Stage.parse(stage.properties);
  const integrations = ofType('Integration');
  const authorizers = ofType('Authorizer');

  const routes = [...ofType('Route').values()].map((properties): DeployedRoute => {
    const route = Route.parse(properties);
    const integration = Integration.parse(integrations.get(route.Target.replace(/^integrations\//, '')));
    const [method = '', path = ''] = route.RouteKey.split(' ');
    return {
      key: route.RouteKey,
      method,
      path,
      authorizer: route.AuthorizationType === 'NONE' ? null : authorizer(authorizers.get(route.AuthorizerId ?? '')),
      scopes: route.AuthorizationScopes,
      functionArn: integration.IntegrationUri,
      timeoutMilliseconds: integration.TimeoutInMillis,
    };
  });

  const throttles: Record<string, Throttle> = {};
  for (const { key } of routes) {
    const own = { ...DefaultRouteSettings, ...RouteSettings[key] };
    throttles[key] = {
      rate: own.ThrottlingRateLimit ?? ACCOUNT_THROTTLE.rate,
      burst: own.ThrottlingBurstLimit ?? ACCOUNT_THROTTLE.burst,
    };
  }
  return {
    id: api.id,
    stage: StageName,
    routes,
    cors: Api.parse(api.properties).CorsConfiguration ?? null,
    throttles,
    accessLogFormat: AccessLogSettings?.Format ?? null,
  };
}

function authorizer(properties: JsonObject | undefined): DeployedAuthorizer {
  const { IdentitySource, JwtConfiguration } = Authorizer.parse(properties);
  return {
    identitySource: IdentitySource[0] ?? '$request.header.Authorization',
    issuer: JwtConfiguration.Issuer,
    audiences: JwtConfiguration.Audience,
  };
}

function only(kind: string, entries: Map<string, JsonObject>): { id: string; properties: JsonObject } {
  const [entry, ...others] = entries;
  if (entry === undefined || others.length > 0) {
    throw new Error(`local-aws expects one ${kind} in the template, entries ${entries.size}`);
  }
  return { id: entry[0], properties: entry[1] };
}
