/** Puts the agent together: whom it believes, with which certificate it connects, what it serves. */

import { UsedTokens } from '../lambdas/internal_tokens/used-tokens.ts';
import { InternalTokenError, InternalTokenVerifier } from '../lambdas/internal_tokens/verifier.ts';
import { secretReader } from '../lambdas/upstreams/secret.ts';
import { Agent } from './agent.ts';
import { credentialFrom, credentialIn } from './certificate.ts';
import { checkAgent, type Finding } from './check.ts';
import { keepCredentials } from './credentials.ts';
import { logEvent } from './log.ts';
import { clockAt, keysAt, PublicKeys } from './public-keys.ts';
import { Server } from './serve.ts';
import { services } from './services.ts';
import type { AgentSettings } from './settings.ts';

/** MQTT over TLS (AWS IoT Core developer guide, "Device communication protocols"). */
const PORT = 8883;

export interface RunOptions {
  settings: AgentSettings;
  /** Folder with key and certificate; `null`: the secret of the settings has them. */
  folder: string | null;
  /** Where the broker is, and PEM of its authority, where it is not IoT Core. */
  broker?: { url: string; ca: string };
}

/**
 * Runs the agent until it is stopped.
 *
 * @throws Error when it has no AWS credentials
 */
export async function startAgent({
  settings,
  folder,
  broker,
}: RunOptions): Promise<{ agent: Agent; ended: Promise<void> }> {
  const stopping = new AbortController();
  await keepCredentials(settings.region, stopping.signal);
  const { name, version, regional } = settings;
  const keys = new PublicKeys(keysAt(regional.keys_url));
  const verifier = new InternalTokenVerifier({
    trustDomain: regional.trust_domain,
    receiver: { kind: 'agent', name },
    keys: (kid) => keys.byId(kid),
  });
  const used = new UsedTokens();
  const server = new Server({
    settings,
    services,
    async verify(token) {
      const proof = await verifier.verify(token);
      // Each token is of one exchange, and an exchange is served once.
      if (!used.use(proof)) throw new InternalTokenError('times');
      return proof;
    },
  });
  const agent = new Agent({
    name,
    version,
    environments: environmentsOf(settings),
    ...connectionOf({ settings, folder, ...(broker && { broker }) }),
    serve: (data) => server.serve(data),
  });
  logEvent('started', { agent: name, version, allowed: settings.allow.length });
  const ended = agent.run().finally(() => stopping.abort());
  return { agent, ended };
}

/** What `mrt-agent check` looks at. */
export function agentChecks(options: RunOptions): AsyncGenerator<Finding> {
  const { keys_url } = options.settings.regional;
  return checkAgent({
    settings: options.settings,
    ...connectionOf(options),
    readKeys: keysAt(keys_url),
    readClock: () => clockAt(keys_url),
  });
}

/** Where the broker is, and how the agent shows itself to it. */
function connectionOf({ settings, folder, broker }: RunOptions) {
  const { region, secret, regional } = settings;
  return {
    brokerUrl: broker?.url ?? `mqtts://${regional.iot_endpoint}:${PORT}`,
    ...(broker !== undefined && { brokerCa: broker.ca }),
    credential: folder !== null ? credentialIn(folder) : credentialFrom(secretReader(region, secret)),
  };
}

function environmentsOf({ routes }: AgentSettings): string[] {
  return [...new Set(Object.values(routes).flatMap(({ environments }) => Object.keys(environments)))].toSorted(
    (a, b) => (a < b ? -1 : 1),
  );
}
