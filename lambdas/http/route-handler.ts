/**
 * One way in, one way out: the event becomes a request, the domain answers, the answer becomes a response. Everything
 * that routes have in common happens here and only here.
 */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context as LambdaContext } from 'aws-lambda';
import type { Context } from '../context.ts';
import { VARIABLES } from '../contract.ts';
import type { Answer, EnvironmentRequest, FleetRequest, RouteRequest } from '../exchange.ts';
import type { FleetPosition } from '../fleet/answer.ts';
import type { ReadKeyObject } from '../keys/file.ts';
import type { KeyObject } from '../keys/object.ts';
import { keysOf } from '../keys/of-tenant.ts';
import { noRecord } from '../record/no-record.ts';
import type { RecordReader } from '../record/reader.ts';
import { requiredVariable } from '../required-variable.ts';
import type { FleetPart, ParametersOf, Route } from '../route.ts';
import type { Past } from '../service.ts';
import type { Settings } from '../settings.ts';
import { readSettings } from '../settings-file.ts';
import type { AnswerSigner } from '../signed_answers/signer.ts';
import { readObject } from '../upstreams/s3/objects.ts';
import { Admission, type Verification } from './admission.ts';
import { requestOf, resultOf } from './event.ts';
import { Keys } from './keys.ts';
import { Pipeline } from './pipeline.ts';
import type { AnyDomain, FleetDomain, RelayDomain, Signer } from './pipeline-options.ts';
import { TokenVerifier } from './token.ts';
import { readVariables } from './variables.ts';

/** What Lambda calls. */
export type Handler = (
  event: APIGatewayProxyEventV2,
  lambda: LambdaContext,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** By what the route declares: with an environment, or with all that the caller may read. */
type RequestOf<R extends Route, Position> = R['environment'] extends true
  ? EnvironmentRequest<ParametersOf<R>, Position>
  : RouteRequest<ParametersOf<R>, Position>;

/** Time that a function keeps for itself before Lambda ends it. */
const LAMBDA_MARGIN_MS = 1_000;

/**
 * A Lambda handler for `route`.
 *
 * @param domain answers a request; plain data in and out
 * @param upstreams makes the upstreams of one request, bound to its deadline; clients that stay warm live in the modules
 *   of the upstreams. `keys` reads the API's own signing keys; it throws KeysUnavailableError
 * @param past of a route that has one: adds it to an answer that comes from elsewhere
 * @throws Error at start, naming what is missing from the bundle or the environment
 */
export function routeHandler<R extends Route, Body, Position, Upstreams>(
  route: R,
  domain: (request: RequestOf<R, Position>, upstreams: Upstreams) => Promise<Answer<Body, Position>>,
  upstreams: (context: Context, settings: Settings, keys: () => Promise<KeyObject>) => Upstreams,
  past?: Past<RequestOf<R, Position>, Body, Position, Upstreams>,
): Handler {
  const settings = readSettings(import.meta.dirname);
  const admission = new Admission(route, settings, route.scopes === null ? null : verification(settings));
  const pipeline = new Pipeline({
    route,
    domain: domain as unknown as AnyDomain,
    upstreams: (context, keys) => upstreams(context, settings, keys),
    settings,
    admission,
    fleet: route.fleet === undefined ? null : fleetOf(route.name, route.fleet, settings),
    signer: route.scopes === null ? null : signerOf(settings),
    relay: relayOf(route, settings, admission, past as AnyPast | undefined),
  });
  return async (event, lambda) => {
    const http = requestOf(event);
    const latest = Date.now() + lambda.getRemainingTimeInMillis() - LAMBDA_MARGIN_MS;
    return resultOf(await pipeline.answer(http, latest), http.method);
  };
}

type AnyAnswer = Answer<Record<string, unknown>, unknown>;
type AnyPast = (
  request: never,
  upstreams: unknown,
  present: (request: never) => Promise<AnyAnswer>,
) => Promise<AnyAnswer>;

/**
 * Environments of other accounts are asked through their agents, by code that is loaded when the first of them is asked for.
 * The past is in this stage's own record, so it is added here.
 */
function relayOf(
  route: Route,
  settings: Settings,
  admission: Admission,
  past: AnyPast | undefined,
): RelayDomain | null {
  if (process.env['MRT_WITH_AGENTS'] !== 'off' && settings.agents !== undefined) {
    return async (request, errand, upstreams, context) => {
      const { regionalRelay } = await import('../relay/regional.ts');
      const keys = () => keysOf(admission.keys(context), request.environment.tenant);
      const present = (asked: never) => regionalRelay(route, settings, asked, errand, keys, context);
      return past === undefined ? present(request as never) : past(request as never, upstreams, present);
    };
  }
  return null;
}

/**
 * Several environments are answered out of the record, by code that is loaded when the first of them is asked for.
 *
 * @throws Error that names the environment variable which is not set
 */
function fleetOf(route: string, part: FleetPart, settings: Settings): FleetDomain {
  const bucket = settings.recording === null ? null : requiredVariable(process.env, VARIABLES.recordBucket);
  return async (request, context) => {
    const { fleetAnswer } = await import('../fleet/answer.ts');
    let record: Pick<RecordReader, 'latest'> = noRecord;
    if (process.env['MRT_WITH_RECORDING'] !== 'off' && bucket !== null) {
      const { recordReader } = await import('../record/reader.ts');
      record = recordReader(bucket, settings.region, context);
    }
    const answer = await fleetAnswer(route, part, request as FleetRequest<FleetPosition>, record, new Date());
    return answer as unknown as Awaited<ReturnType<FleetDomain>>;
  };
}

/** @throws Error that names the environment variable which is not set */
function verification(settings: Settings): Verification {
  const variables = readVariables(process.env);
  const keys = new Keys(keyReader(variables.keyBucket, settings.region));
  return { keys, tokens: new TokenVerifier(variables, keys) };
}

function keyReader(bucket: string, region: string): ReadKeyObject {
  return async (key, context) => {
    const stored = await readObject({ name: 'keys', bucket, region, key }, { max_bytes: 200_000 }, context);
    if (stored === 'not-modified') throw new Error('not asked for');
    return stored;
  };
}

/**
 * Answers are signed by code that is loaded when the first of them is asked for.
 *
 * @returns `null` in a stage that signs none
 * @throws Error that names the environment variable which is not set
 */
function signerOf({ region, signed_answers }: Settings): Signer | null {
  if (process.env['MRT_WITH_SIGNED_ANSWERS'] !== 'off' && signed_answers !== undefined) {
    const read = keyReader(requiredVariable(process.env, VARIABLES.keyBucket), region);
    let made: Promise<AnswerSigner> | null = null;
    const signer = () => {
      made ??= import('../signed_answers/signer.ts').then((module) => new module.AnswerSigner(read));
      return made;
    };
    return {
      prepare: async (context) => (await signer()).prepare(context),
      sign: async (response, http, caller, context) => (await signer()).sign(response, http, caller, context),
    };
  }
  return null;
}
