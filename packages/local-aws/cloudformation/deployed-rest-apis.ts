/** REST APIs of the synthesised stack: methods with who is let in, resource policy, throttles, and answers of their own. */
import { z } from 'zod';
import type { PolicyDocument } from '../iam/policy.ts';
import type { Throttle } from './deployed-api.ts';
import type { JsonObject, ResolvedResource } from './template.ts';

const Api = z.object({
  EndpointConfiguration: z.object({
    Types: z.tuple([z.literal('PRIVATE')]),
    VpcEndpointIds: z.array(z.string()).default([]),
  }),
  Policy: z.looseObject({ Statement: z.array(z.looseObject({ Effect: z.string() })) }),
});
const Resource = z.object({ ParentId: z.string(), PathPart: z.string() });
const Method = z.object({
  HttpMethod: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  ResourceId: z.string(),
  AuthorizationType: z.enum(['AWS_IAM', 'CUSTOM']),
  AuthorizerId: z.string().optional(),
  ApiKeyRequired: z.literal(false).default(false),
  Integration: z.discriminatedUnion('ResponseTransferMode', [
    z.object({
      Type: z.literal('AWS_PROXY'),
      Uri: z.string().regex(/\/2015-03-31\/functions\/arn:[^/]+\/invocations$/),
      TimeoutInMillis: z.coerce.number().max(29_000).default(29_000),
      ResponseTransferMode: z.literal('BUFFERED').default('BUFFERED'),
    }),
    // Invoked in a way of its own, or the method is refused: "Invalid ResponseTransferMode". API Gateway guide, "Set up a
    // Lambda proxy integration with payload response streaming".
    z.object({
      Type: z.literal('AWS_PROXY'),
      Uri: z.string().regex(/\/2021-11-15\/functions\/arn:[^/]+\/response-streaming-invocations$/),
      TimeoutInMillis: z.coerce.number().max(900_000).default(29_000),
      ResponseTransferMode: z.literal('STREAM'),
    }),
  ]),
});
const Authorizer = z.object({
  Type: z.literal('REQUEST'),
  AuthorizerUri: z.string(),
  AuthorizerResultTtlInSeconds: z.coerce.number().default(300),
  IdentitySource: z.string().regex(/^method\.request\.header\.[\w-]+$/),
});
const Stage = z.object({
  RestApiId: z.string(),
  StageName: z.string(),
  AccessLogSetting: z.object({ Format: z.string() }).optional(),
  MethodSettings: z
    .array(
      z.object({
        HttpMethod: z.string(),
        ResourcePath: z.string(),
        ThrottlingRateLimit: z.coerce.number().optional(),
        ThrottlingBurstLimit: z.coerce.number().optional(),
      }),
    )
    .default([]),
});
const GatewayResponse = z.object({
  RestApiId: z.string(),
  ResponseType: z.string(),
  StatusCode: z.coerce.number().optional(),
  ResponseTemplates: z.record(z.string(), z.string()).default({}),
});

/** The account's own limit, for each method (API Gateway guide, "Quotas"). */
const ACCOUNT_THROTTLE: Throttle = { rate: 10_000, burst: 5000 };

/** Who is let in: whoever IAM allows, or whom a function says to let in by one header. */
export type DeployedAuthorization =
  | { by: 'iam' }
  | { by: 'function'; authorizerId: string; functionArn: string; header: string; keptSeconds: number };

/** One method of one path. */
export interface DeployedMethod {
  method: string;
  /** `/files/{folder}/{proxy+}` */
  path: string;
  authorization: DeployedAuthorization;
  functionArn: string;
  /** Whether its answer is handed on as it comes. */
  streams: boolean;
  /** For the whole answer. */
  timeoutMilliseconds: number;
  throttle: Throttle;
}

/** An answer that the API gives in place of the gateway's own. */
export interface DeployedGatewayResponse {
  status: number | null;
  /** With `$context.…`; `null`: the gateway's own body. */
  template: string | null;
}

/** A private REST API with its one stage. */
export interface DeployedRestApi {
  id: string;
  stage: string;
  /** Endpoints that have a name of their own for it; the policy says which are let in. */
  endpointIds: string[];
  policy: PolicyDocument;
  methods: DeployedMethod[];
  /** By the type of the refusal: `MISSING_AUTHENTICATION_TOKEN` … */
  responses: ReadonlyMap<string, DeployedGatewayResponse>;
  /** `null`: no access log. */
  accessLogFormat: string | null;
}

/** @throws ZodError for what is not known here: a public API, a method without authorization, an API key, a mapping */
export function deployedRestApis(
  resources: Record<string, ResolvedResource>,
  nameOf: (logicalId: string) => string,
): DeployedRestApi[] {
  const ofType = (type: string): [string, JsonObject][] =>
    Object.entries(resources)
      .filter(([, resource]) => resource.type === `AWS::ApiGateway::${type}`)
      .map(([logicalId, { properties }]) => [nameOf(logicalId), properties]);
  const parts = new Map(ofType('Resource').map(([id, properties]) => [id, Resource.parse(properties)]));
  const authorizers = new Map(ofType('Authorizer').map(([id, properties]) => [id, Authorizer.parse(properties)]));
  const pathOf = (resourceId: string): string => {
    const part = parts.get(resourceId);
    // What is no resource of the template is the API's root.
    return part === undefined ? '' : `${pathOf(part.ParentId)}/${part.PathPart}`;
  };
  return ofType('RestApi').map(([id, properties]) => {
    const { EndpointConfiguration, Policy } = Api.parse(properties);
    const belonging = (type: string) => ofType(type).filter(([, entry]) => entry['RestApiId'] === id);
    const [stage, ...others] = belonging('Stage').map(([, entry]) => Stage.parse(entry));
    if (stage === undefined || others.length > 0) throw new Error(`local-aws expects one stage of the REST API ${id}`);
    const methods = belonging('Method').map(([, entry]): DeployedMethod => {
      const { HttpMethod, ResourceId, AuthorizationType, AuthorizerId, Integration } = Method.parse(entry);
      const path = pathOf(ResourceId);
      const authorizer = authorizers.get(AuthorizerId ?? '');
      if (AuthorizationType === 'CUSTOM' && authorizer === undefined) throw new Error(`${path} has no authorizer`);
      return {
        method: HttpMethod,
        path,
        authorization:
          authorizer === undefined
            ? { by: 'iam' }
            : {
                by: 'function',
                authorizerId: AuthorizerId ?? '',
                functionArn: functionIn(authorizer.AuthorizerUri),
                header: authorizer.IdentitySource.split('.').at(-1) ?? '',
                keptSeconds: authorizer.AuthorizerResultTtlInSeconds,
              },
        functionArn: functionIn(Integration.Uri),
        streams: Integration.ResponseTransferMode === 'STREAM',
        timeoutMilliseconds: Integration.TimeoutInMillis,
        throttle: throttleOf(stage, HttpMethod, path),
      };
    });
    return {
      id,
      stage: stage.StageName,
      endpointIds: EndpointConfiguration.VpcEndpointIds,
      policy: Policy as unknown as PolicyDocument,
      methods,
      responses: new Map(
        belonging('GatewayResponse').map(([, entry]) => {
          const { ResponseType, StatusCode, ResponseTemplates } = GatewayResponse.parse(entry);
          return [
            ResponseType,
            { status: StatusCode ?? null, template: ResponseTemplates['application/json'] ?? null },
          ];
        }),
      ),
      accessLogFormat: stage.AccessLogSetting?.Format ?? null,
    };
  });
}

/** The method's own settings, else those of all (`*` on `/*`); slashes of a path are written `~1`. */
function throttleOf({ MethodSettings }: z.infer<typeof Stage>, method: string, path: string): Throttle {
  const named = (httpMethod: string, resource: string) =>
    MethodSettings.find(({ HttpMethod, ResourcePath }) => HttpMethod === httpMethod && ResourcePath === resource);
  const own = { ...named('*', '/*'), ...named(method, `/${path.replaceAll('/', '~1')}`) };
  return {
    rate: own.ThrottlingRateLimit ?? ACCOUNT_THROTTLE.rate,
    burst: own.ThrottlingBurstLimit ?? ACCOUNT_THROTTLE.burst,
  };
}

/** `arn:aws:apigateway:<region>:lambda:path/2015-03-31/functions/<arn>/invocations`, and the way of streams. */
function functionIn(uri: string): string {
  const arn = /\/functions\/(arn:[^/]+)\/(?:response-streaming-)?invocations$/.exec(uri)?.[1];
  if (arn === undefined) throw new Error(`local-aws knows no integration such as ${uri}`);
  return arn;
}
