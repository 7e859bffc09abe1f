/** The relay of one function: its connection, its tokens, its keys. They live as long as the instance. */

import { callerOf } from '../caller.ts';
import type { Context } from '../context.ts';
import { KEY_PAIR_OBJECTS, type Scope, VARIABLES } from '../contract.ts';
import { InternalTokenMinter } from '../internal_tokens/minter.ts';
import { KeyFile } from '../keys/file.ts';
import { parseKeyPairs } from '../keys/pairs.ts';
import { requiredVariable } from '../required-variable.ts';
import type { Route } from '../route.ts';
import type { Settings } from '../settings.ts';
import { KeysUnavailableError } from '../upstream-errors.ts';
import { KeptBroker } from '../upstreams/iot/kept-broker.ts';
import { readObject } from '../upstreams/s3/objects.ts';
import { Asker } from './asker.ts';
import { relayClientPrefix } from './names.ts';
import type { HashKeys } from './rekeyed.ts';
import { type RelayedRequest, relayed } from './relay.ts';
import type { AnyAnswer } from './reply.ts';
import { usableScopes } from './route-scopes.ts';
import { answersFilter } from './topics.ts';

/** Who asks, as `http` knows it. */
export interface Errand {
  /** `client:<name>` or `person:<subject>`; `null`: the function asks for itself. */
  principal: string | null;
  /** `null`: an operator, or a stage without tenants. */
  tenant: string | null;
  scopes: readonly Scope[];
  reason: string | null;
  request_id: string;
}

interface Broker {
  broker: KeptBroker;
  asker: Asker;
}

let kept: Broker | null = null;

/** @param iotEndpoint host of the account's data endpoint */
function brokerOf({ stage, region }: Settings, iotEndpoint: string): Broker {
  if (kept !== null) return kept;
  const place = { host: iotEndpoint, region, clientPrefix: relayClientPrefix(stage) };
  const broker = new KeptBroker(place, answersFilter, (topic, payload) => asker.receive(topic, payload));
  const asker = new Asker(broker, { replyTo: broker.clientId });
  kept = { broker, asker };
  return kept;
}

const tokenKeys = new KeyFile({
  key: KEY_PAIR_OBJECTS.tokens,
  read: async (key, context) => {
    const at = {
      name: 'keys',
      bucket: requiredVariable(process.env, VARIABLES.keyBucket),
      region: requiredVariable(process.env, 'AWS_REGION'),
      key,
    };
    const stored = await readObject(at, { max_bytes: 200_000 }, context);
    if (stored === 'not-modified') throw new KeysUnavailableError();
    return stored;
  },
  parse: parseKeyPairs,
  maxAgeMs: Number.POSITIVE_INFINITY,
});

/**
 * Asks the agent of the request's environment, with a token of this one request.
 *
 * @param keys reads the API's own keys. @throws KeysUnavailableError
 * @throws what `relayed` throws; KeysUnavailableError without the keys for tokens
 */
export async function regionalRelay(
  route: Route,
  settings: Settings,
  request: RelayedRequest,
  errand: Errand,
  keys: () => Promise<HashKeys>,
  context: Context,
): Promise<AnyAnswer> {
  const { agents, stage, trust_domain } = settings;
  const { agent } = request.environment;
  if (agents === undefined || trust_domain === undefined || agent === undefined)
    throw new Error('the environment has no agent');
  const minter = new InternalTokenMinter({
    trustDomain: trust_domain,
    actor: { kind: 'function', stage, name: errand.principal === null ? 'recorder' : route.name },
    keys: () => tokenKeys.get(context),
  });
  const usable = usableScopes(route);
  const token = await minter.mint({
    caller: errand.principal === null ? null : callerOf(errand.principal, errand.tenant),
    receiver: { kind: 'agent', name: agent },
    scopes: errand.scopes.filter((scope) => usable.has(scope)),
  });
  const { broker, asker } = brokerOf(settings, agents.iot_endpoint);
  const parts = {
    keys,
    asker: async () => {
      // The subscription must stand before the request goes out.
      await broker.connection();
      return asker;
    },
  };
  return relayed(route, agent, request, { ...errand, token }, parts, context);
}
