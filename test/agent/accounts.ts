/** Relay, broker and agents together, over real TLS and real signatures; only AWS and the route's upstream are made here. */
import { Agent } from '../../agent/agent.ts';
import type { WaitLimits } from '../../agent/reconnect-wait.ts';
import { Server } from '../../agent/serve.ts';
import type { Served } from '../../agent/services.ts';
import type { AgentSettings } from '../../agent/settings.ts';
import { Deadline, Timing } from '../../lambdas/context.ts';
import type { EnvironmentRequest } from '../../lambdas/exchange.ts';
import { problemOf } from '../../lambdas/faults.ts';
import { InternalTokenMinter } from '../../lambdas/internal_tokens/minter.ts';
import { UsedTokens } from '../../lambdas/internal_tokens/used-tokens.ts';
import { InternalTokenError, InternalTokenVerifier } from '../../lambdas/internal_tokens/verifier.ts';
import { Asker } from '../../lambdas/relay/asker.ts';
import { relayClientPrefix } from '../../lambdas/relay/names.ts';
import { relayed } from '../../lambdas/relay/relay.ts';
import { answersFilter } from '../../lambdas/relay/topics.ts';
import { KeptBroker } from '../../lambdas/upstreams/iot/kept-broker.ts';
import { type Account, PLACE, STAGE, TRUST_DOMAIN } from './account.ts';
import { type Domain, HASH_KEYS, newKeys, route } from './stage.ts';

/** The agents' first wait before they connect again. */
export const MIN_WAIT_MS = 20;

export type Patience = { acceptMs?: number; silenceMs?: number };
/** Shorter than the relay's own, for tests that wait for nobody. */
export const IMPATIENT: Patience = { acceptMs: 300, silenceMs: 700 };

/** A stage, a broker and agents with this domain. */
export class Accounts {
  readonly account: Account;
  readonly keys = newKeys();
  readonly agents: Agent[] = [];
  readonly asked: EnvironmentRequest<Record<string, unknown>, unknown>[] = [];
  readonly asker: Asker;
  readonly broker: KeptBroker;
  #domain: Domain;

  constructor(account: Account, domain: Domain, patience: Patience) {
    this.account = account;
    this.#domain = domain;
    const place = { host: 'x', region: PLACE.region, clientPrefix: relayClientPrefix(STAGE) };
    this.broker = new KeptBroker(place, answersFilter, (topic, payload) => this.asker.receive(topic, payload));
    this.asker = new Asker(this.broker, { replyTo: this.broker.clientId, ...patience });
  }

  /** Starts a process of an agent; a second one with the same name is another process with the same certificate. */
  async start(
    name: string,
    allow: AgentSettings['allow'],
    now: () => Date = () => new Date(),
    limits: WaitLimits = { minWaitMs: MIN_WAIT_MS },
  ): Promise<Agent> {
    const slice = {
      configuration_version: 'x',
      version: '1.0.0',
      stage: name,
      region: PLACE.region,
      base_address: null,
      callers: { clients: {}, groups: {} },
      environments: {
        [`${name}-prod`]: { labels: { stage: 'prod' }, offers: ['users'] },
        [`${name}-acc`]: { labels: { stage: 'acc' }, offers: ['users'] },
      },
      recording: null,
      limits: { database_connections_per_instance: 1, reason_required: false },
    };
    const settings: AgentSettings = {
      name,
      version: '1.0.0',
      ...PLACE,
      regional: { stage: STAGE, iot_endpoint: 'x', trust_domain: TRUST_DOMAIN, keys_url: 'x' },
      allow,
      secret: 'x',
      routes: { users: slice },
    };
    const verifier = new InternalTokenVerifier({
      trustDomain: TRUST_DOMAIN,
      receiver: { kind: 'agent', name },
      keys: async () => this.keys.verifying,
      now,
    });
    const used = new UsedTokens();
    const served: Served = {
      route,
      domain: (async (request: EnvironmentRequest<Record<string, unknown>, unknown>) => {
        this.asked.push(request);
        return this.#domain(request);
      }) as unknown as Served['domain'],
      upstreams: () => null,
    };
    const server = new Server({
      settings,
      services: new Map([['users', served]]),
      async verify(token) {
        const proof = await verifier.verify(token);
        if (!used.use(proof)) throw new InternalTokenError('times');
        return proof;
      },
    });
    const agent = new Agent({
      name,
      version: '1.0.0',
      environments: [`${name}-prod`],
      brokerUrl: this.account.brokerUrl,
      brokerCa: this.account.ca,
      credential: async () => this.account.credential(name),
      serve: (data) => server.serve(data),
      ...limits,
      certificateEveryMs: 100,
    });
    this.agents.push(agent);
    agent.run().catch(() => undefined);
    await agent.connected();
    return agent;
  }

  /** @param actor function and stage that ask; `recorder` acts for nobody */
  async mint(
    agent: string,
    scopes: readonly string[] = ['mrt/users.read', 'mrt/users.profile'],
    { name = 'users', stage = STAGE } = {},
  ): Promise<string> {
    const minter = new InternalTokenMinter({
      trustDomain: TRUST_DOMAIN,
      actor: { kind: 'function', stage, name },
      keys: async () => this.keys.pairs,
    });
    return minter.mint({
      caller: name === 'recorder' ? null : { kind: 'client', tenant: null, name: 'reports' },
      receiver: { kind: 'agent', name: agent },
      scopes,
    });
  }

  /** Asks as the Regional API does. */
  async ask(
    agent: string,
    wish: {
      environment?: string;
      parameters?: Record<string, unknown>;
      token?: string;
      scopes?: string[];
      budgetMs?: number;
    } = {},
  ) {
    const context = { deadline: new Deadline(Date.now() + (wish.budgetMs ?? 10_000)), timing: new Timing() };
    const request = {
      parameters: wish.parameters ?? {},
      limit: 100,
      position: null,
      deadline: context.deadline,
      version: '1.0.0',
      environment: { name: wish.environment ?? `${agent}-prod`, labels: {}, offers: ['users'], agent },
      clear: false,
      mayClear: false,
      other: null,
    };
    const token = wish.token ?? (await this.mint(agent, wish.scopes));
    const behalf = { request_id: 'r', reason: null, token };
    const parts = {
      keys: async () => HASH_KEYS,
      asker: async () => {
        await this.broker.connection();
        return this.asker;
      },
    };
    return relayed(route, agent, request, behalf, parts, context);
  }

  async stop(): Promise<void> {
    for (const agent of this.agents) await agent.stop();
    (await this.broker.connection().catch(() => null))?.destroy();
    await this.account.broker.stop();
  }
}

/** In one word what a caller is told of an error. */
export const reasonOf = (error: unknown) => problemOf(error).members?.['reason'] ?? problemOf(error).slug;
