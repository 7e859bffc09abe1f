/**
 * Whether a request comes in: the API's resource policy, and IAM or a function beside it.
 * Source: API Gateway guide, "How API Gateway resource policies affect authorization workflow" (tables A and B).
 */
import { z } from 'zod';
import type { DeployedMethod, DeployedRestApi } from '../cloudformation/deployed-rest-apis.ts';
import type { StackPlace } from '../cloudformation/template.ts';
import type { Iam, Principal } from '../iam/iam.ts';
import { sessionArn } from '../iam/iam.ts';
import { evaluate, type PolicyDocument, type PolicyRequest, type Verdict } from '../iam/policy.ts';
import { payloadMatches, verifyRequest, type WireRequest } from '../iam/sigv4.ts';
import type { Refusal } from './refusal.ts';

const ACTION = 'execute-api:Invoke';
/** The others than S3 allow five minutes. */
const SKEW_MS = 5 * 60_000;

/** Who was let in, as the event tells the function. */
export interface Caller {
  /** `null` with a function's decision. */
  principal: Principal | null;
  /** The function's `principalId` and context; `null` with IAM. */
  authorizer: Record<string, string | number | boolean> | null;
}

/** A request as far as its admission depends on it. */
export interface Asked {
  wire: WireRequest & { body: Buffer };
  method: DeployedMethod;
  /** As it was sent, without the stage. */
  path: string;
  /** The endpoint that it came by. */
  endpointId: string;
  sourceIp: string;
}

/** An authorizer's answer. */
const Decision = z.object({
  principalId: z.string(),
  policyDocument: z.looseObject({ Statement: z.array(z.looseObject({ Effect: z.string() })) }),
  context: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
});
export type AuthorizerDecision = z.output<typeof Decision>;

/** `null` for what API Gateway calls a configuration error: no JSON, or a context with lists or objects. */
export function readDecision(payload: Buffer): AuthorizerDecision | null {
  try {
    return Decision.parse(JSON.parse(payload.toString('utf8')));
  } catch {
    return null;
  }
}

/** `arn:aws:execute-api:eu-west-1:000000000000:abc/prod/GET/files/a` */
export function methodArn(api: DeployedRestApi, place: StackPlace, method: string, path: string): string {
  return `arn:aws:execute-api:${place.region}:${place.account}:${api.id}/${api.stage}/${method}${path}`;
}

/** The one part of the admission that is the same for all: which API, where, and who there is. */
export interface Admission {
  api: DeployedRestApi;
  place: StackPlace;
  iam: Iam;
}

/** What the resource policy says; the caller is known only with IAM. */
export function resourceVerdict(
  { api, place }: Admission,
  { method, path, endpointId, sourceIp }: Asked,
  principal: Principal | null,
): Verdict {
  const request: PolicyRequest = {
    principalArn: principal?.roleArn ?? '*',
    action: ACTION,
    resource: methodArn(api, place, method.method, path),
    context: {
      'aws:SourceVpce': endpointId,
      'aws:VpcSourceIp': sourceIp,
      'aws:SecureTransport': 'true',
      ...(principal !== null && {
        'aws:PrincipalArn': principal.roleArn,
        'aws:PrincipalAccount': principal.roleArn.split(':')[4] ?? '',
      }),
    },
  };
  return evaluate([whole(api, place)], request);
}

/** In an API's own policy `execute-api:/…` stands for the API itself (API Gateway guide, "resource policy examples"). */
function whole({ policy, id }: DeployedRestApi, { region, account }: StackPlace): PolicyDocument {
  const prefix = `arn:aws:execute-api:${region}:${account}:${id}`;
  const text = JSON.stringify(policy).replaceAll('"execute-api:/', `"${prefix}/`);
  return JSON.parse(text) as PolicyDocument;
}

/** By a signature: its form, then IAM and the resource policy together. */
export function admitByIam(admission: Admission, asked: Asked): Caller | Refusal {
  const { api, place, iam } = admission;
  const signed = verifyRequest(asked.wire, { iam, service: 'execute-api', skewMs: SKEW_MS });
  if (signed === 'missing' || signed === 'malformed') return { type: 'MISSING_AUTHENTICATION_TOKEN' };
  if (signed === 'expired-token') return { type: 'EXPIRED_TOKEN' };
  if (signed === 'wrong-scope') {
    return {
      type: 'INVALID_SIGNATURE',
      message: 'Credential should be scoped to a valid region and the correct service.',
    };
  }
  if (typeof signed === 'string' || !payloadMatches(asked.wire.body, signed)) return { type: 'INVALID_SIGNATURE' };
  const { principal } = signed;
  const arn = methodArn(api, place, asked.method.method, asked.path);
  const resource = resourceVerdict(admission, asked, principal);
  const own = iam.decide(principal, ACTION, arn, { 'aws:SourceVpce': asked.endpointId });
  const sameAccount = principal.roleArn.split(':')[4] === place.account;
  // In one account either side's word is enough; across accounts both must say yes. A refusal wins in either case.
  const refusedByOwn = !own.allowed && own.reason.includes('explicit deny');
  const allowed =
    resource !== 'deny' &&
    !refusedByOwn &&
    (sameAccount ? own.allowed || resource === 'allow' : own.allowed && resource === 'allow');
  if (allowed) return { principal, authorizer: null };
  const why = resource === 'deny' ? ' with an explicit deny' : '';
  const message = `User: ${sessionArn(principal)} is not authorized to perform: ${ACTION} on resource: ${hidden(arn)}${why}`;
  return { type: 'ACCESS_DENIED', message };
}

/** By a function's decision, and the resource policy beside it. */
export function admitByDecision(admission: Admission, asked: Asked, decision: AuthorizerDecision): Caller | Refusal {
  const { api, place } = admission;
  const request: PolicyRequest = {
    principalArn: '*',
    action: ACTION,
    resource: methodArn(api, place, asked.method.method, asked.path),
    context: { 'aws:SourceVpce': asked.endpointId },
  };
  const own = evaluate([decision.policyDocument as unknown as PolicyDocument], request);
  const resource = resourceVerdict(admission, asked, null);
  if (own === 'deny' || resource === 'deny') {
    return { type: 'ACCESS_DENIED', message: 'User is not authorized to access this resource with an explicit deny' };
  }
  if (own === 'silent' && resource === 'silent') return { type: 'ACCESS_DENIED' };
  return { principal: null, authorizer: { principalId: decision.principalId, ...decision.context } };
}

/** The account of an API is not told to others. */
function hidden(arn: string): string {
  return arn.replace(/:(\d{8})(\d{4}):/, ':********$2:');
}
