/** Relay, broker and agent together, over real TLS and real signatures; only AWS and the route's upstream are made here. */
import { createPublicKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod/mini';
import { Agent } from '../../agent/agent.ts';
import { Server } from '../../agent/serve.ts';
import type { Served } from '../../agent/services.ts';
import type { AgentSettings } from '../../agent/settings.ts';
import { Deadline, Timing } from '../../lambdas/context.ts';
import { UnknownNameError } from '../../lambdas/errors.ts';
import type { EnvironmentRequest } from '../../lambdas/exchange.ts';
import { problemOf } from '../../lambdas/faults.ts';
import { InternalTokenMinter } from '../../lambdas/internal_tokens/minter.ts';
import { UsedTokens } from '../../lambdas/internal_tokens/used-tokens.ts';
import { InternalTokenError, InternalTokenVerifier } from '../../lambdas/internal_tokens/verifier.ts';
import { flag } from '../../lambdas/parameters.ts';
import { Asker } from '../../lambdas/relay/asker.ts';
import { relayClientPrefix } from '../../lambdas/relay/names.ts';
import { relayed } from '../../lambdas/relay/relay.ts';
import { answersFilter, heartbeatTopic } from '../../lambdas/relay/topics.ts';
import type { Route } from '../../lambdas/route.ts';
import { KeptBroker } from '../../lambdas/upstreams/iot/kept-broker.ts';
import { type Account, PLACE, STAGE, startAccount, TRUST_DOMAIN } from './account.ts';

/** A route as any other, with rows in clear on request. */
const route = {
  name: 'users',
  path: '/users',
  summary: 'Rows.',
  scopes: ['mrt/users.read', 'mrt/users.profile'],
  needs: [],
  environment: true,
  parameters: { clear: z.optional(flag()), name: z.optional(z.string()) },
  rows: 'users',
  csv: null,
  discloses: { parameter: 'clear', scope: 'mrt/users.profile' },
  answer: z.object({ environment: z.string(), users: z.array(z.object({ id: z.string() })) }),
} as const satisfies Route;

const KID = 'A'.repeat(43);

/** Keys for tokens, as the publisher makes them. */
function newKeys() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '', d = '' } = privateKey.export({ format: 'jwk' });
  const time = new Date(Date.now() - 3_600_000).toISOString();
  const jwk = { kty: 'EC' as const, crv: 'P-256' as const, x, y, d };
  return {
    pairs: { schema_version: 1 as const, pairs: [{ kid: KID, created: time, signs_from: time, jwk }] },
    verifying: new Map<string, KeyObject>([[KID, createPublicKey(privateKey)]]),
  };
}

type Domain = (request: EnvironmentRequest<Record<string, unknown>, unknown>) => Promise<unknown>;

/** A stage, a broker and agents with this domain. */
class Accounts {
  readonly account: Account;
  readonly keys = newKeys();
  readonly agents = new Map<string, Agent>();
  readonly asked: EnvironmentRequest<Record<string, unknown>, unknown>[] = [];
  readonly asker: Asker;
  readonly broker: KeptBroker;
  #domain: Domain;

  constructor(account: Account, domain: Domain) {
    this.account = account;
    this.#domain = domain;
    const place = { host: 'x', region: PLACE.region, clientPrefix: relayClientPrefix(STAGE) };
    this.broker = new KeptBroker(place, answersFilter, (topic, payload) => this.asker.receive(topic, payload));
    this.asker = new Asker(this.broker, { replyTo: this.broker.clientId, acceptMs: 300, silenceMs: 700 });
  }

  async start(name: string, allow: AgentSettings['allow'], now: () => Date = () => new Date()): Promise<Agent> {
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
      minWaitMs: 20,
    });
    this.agents.set(name, agent);
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
      keys: async () => {
        throw new Error('not asked for');
      },
      asker: async () => {
        await this.broker.connection();
        return this.asker;
      },
    };
    return relayed(route, agent, request, behalf, parts, context);
  }

  async stop(): Promise<void> {
    for (const agent of this.agents.values()) await agent.stop();
    (await this.broker.connection().catch(() => null))?.destroy();
    await this.account.broker.stop();
  }
}

const ALL = [{ scopes: ['mrt/users.read', 'mrt/users.profile'], environments: ['*'] }] as AgentSettings['allow'];
const rows = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `${index}-${randomUUID()}` }));
const answering =
  (count = 3): Domain =>
  async ({ environment }) => ({
    body: { environment: environment.name, users: rows(count), complete: true, extra: 'not of the schema' },
    next: null,
    as_of: null,
    max_age: 0,
  });

let accounts: Accounts;
let lines: string[];

async function open(names: readonly string[], domain: Domain = answering()): Promise<Accounts> {
  const account = await startAccount(names);
  const { accessKeyId, secretAccessKey, sessionToken } = account.principal;
  vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secretAccessKey);
  vi.stubEnv('AWS_SESSION_TOKEN', sessionToken);
  vi.stubEnv('AWS_ENDPOINT_URL_IOT_DATA_PLANE', account.broker.address.origin);
  accounts = new Accounts(account, domain);
  return accounts;
}

beforeEach(() => {
  lines = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    lines.push(String(text));
    return true;
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await accounts.stop();
  vi.unstubAllEnvs();
});

const reasonOf = (error: unknown) => problemOf(error).members?.['reason'] ?? problemOf(error).slug;

describe('an environment of another account', () => {
  test('is answered by its agent, with what the route’s schema has and nothing else', async () => {
    await (await open(['depot'])).start('depot', ALL);
    const answer = await accounts.ask('depot');
    expect(answer.body).toMatchObject({ environment: 'depot-prod', complete: true });
    expect(answer.body['users']).toHaveLength(3);
    expect(answer.body).not.toHaveProperty('extra');
  });

  test('answers of megabytes come whole', async () => {
    await (await open(['depot'], answering(40_000))).start('depot', ALL);
    const answer = await accounts.ask('depot');
    expect(new Set((answer.body['users'] as { id: string }[]).map(({ id }) => id)).size).toBe(40_000);
  });

  test('what the route refuses there is refused here, in the same words', async () => {
    const refusing: Domain = async () => {
      throw new UnknownNameError('name', 'ann', ['anna']);
    };
    await (await open(['depot'], refusing)).start('depot', ALL);
    const error = await accounts.ask('depot').catch((thrown: unknown) => thrown);
    expect(problemOf(error)).toEqual(problemOf(new UnknownNameError('name', 'ann', ['anna'])));
  });

  test('a bug there is an internal error here, and tells nothing', async () => {
    const broken: Domain = async () => {
      throw new TypeError('secret of depot');
    };
    await (await open(['depot'], broken)).start('depot', ALL);
    const error = await accounts.ask('depot').catch((thrown: unknown) => thrown);
    expect(JSON.stringify(problemOf(error))).not.toContain('secret');
    expect(problemOf(error)).toMatchObject({ slug: 'internal', status: 500 });
  });

  test('who asked what is in the log of its account', async () => {
    await (await open(['depot'])).start('depot', ALL);
    await accounts.ask('depot', { parameters: { clear: true } });
    const written = lines.join('');
    expect(written).toContain('"principal":"spiffe://mrt.example.com/operator/client/reports"');
    expect(written).toContain('"event":"mrt.audit"');
  });
});

describe('what an agent does not do', () => {
  test('serve a token for another agent', async () => {
    await (await open(['depot', 'shop'])).start('depot', ALL);
    const error = await accounts
      .ask('depot', { token: await accounts.mint('shop') })
      .catch((thrown: unknown) => thrown);
    expect(reasonOf(error)).toBe('agent-refuses');
    expect(lines.join('')).toContain('"reason":"audience"');
    expect(accounts.asked).toEqual([]);
  });

  test.each([
    ['of another route', ['mrt/users.read'], { name: 'table_size' }, 'actor'],
    ['of another stage’s function', ['mrt/users.read'], { stage: 'other' }, 'actor'],
    ['with a scope that this route has no use for', ['mrt/users.read', 'mrt/table_size.read'], {}, 'scope'],
    ['of the recorder that would show clear text', ['mrt/users.profile'], { name: 'recorder' }, 'scope'],
  ])('serve a token %s', async (_, scopes, actor, reason) => {
    await (await open(['depot'])).start('depot', ALL);
    const token = await accounts.mint('depot', scopes, actor);
    expect(reasonOf(await accounts.ask('depot', { token }).catch((thrown: unknown) => thrown))).toBe('agent-refuses');
    expect(lines.join('')).toContain(`"reason":"${reason}"`);
    expect(accounts.asked).toEqual([]);
  });

  test('refuse the recorder, which sees what a caller without clear text sees', async () => {
    await (await open(['depot'])).start('depot', ALL);
    await accounts.ask('depot', { token: await accounts.mint('depot', ['mrt/users.read'], { name: 'recorder' }) });
    expect(accounts.asked.map(({ mayClear }) => mayClear)).toEqual([false]);
  });

  test('serve a token twice, whoever sends it again', async () => {
    await (await open(['depot'])).start('depot', ALL);
    const token = await accounts.mint('depot');
    await accounts.ask('depot', { token });
    const error = await accounts.ask('depot', { token }).catch((thrown: unknown) => thrown);
    expect(reasonOf(error)).toBe('agent-refuses');
    expect(accounts.asked).toHaveLength(1);
  });

  test('serve an environment that its own entries do not open, whatever the token says', async () => {
    const entries = [{ scopes: ['mrt/users.read'], environments: ['depot-acc'] }] as AgentSettings['allow'];
    await (await open(['depot'])).start('depot', entries);
    const error = await accounts.ask('depot').catch((thrown: unknown) => thrown);
    expect(reasonOf(error)).toBe('agent-refuses');
    await expect(accounts.ask('depot', { environment: 'depot-acc' })).resolves.toBeDefined();
  });

  test('show in clear what its entries give masked, to a Regional API that was taken over', async () => {
    const entries = [{ scopes: ['mrt/users.read'], environments: ['*'] }] as AgentSettings['allow'];
    await (await open(['depot'])).start('depot', entries);
    const error = await accounts.ask('depot', { parameters: { clear: true } }).catch((thrown: unknown) => thrown);
    expect(problemOf(error).slug).toBe('missing-scope');
    await accounts.ask('depot');
    expect(accounts.asked.map(({ clear, mayClear }) => ({ clear, mayClear }))).toEqual([
      { clear: false, mayClear: false },
    ]);
  });

  test('serve anything with an empty list of entries, which switches it off', async () => {
    await (await open(['depot'])).start('depot', []);
    expect(reasonOf(await accounts.ask('depot').catch((thrown: unknown) => thrown))).toBe('agent-refuses');
  });

  test('answer for an environment of another agent', async () => {
    const lying: Domain = async () => ({
      body: { environment: 'shop-prod', users: [], complete: true },
      next: null,
      as_of: null,
      max_age: 0,
    });
    await (await open(['depot'], lying)).start('depot', ALL);
    expect(reasonOf(await accounts.ask('depot').catch((thrown: unknown) => thrown))).toBe('invalid-answer');
  });

  test.each([
    ['five minutes slow', -300_000],
    ['five minutes fast', 300_000],
  ])('serve with a clock that is %s, and its log says why', async (_, off) => {
    await (await open(['depot'])).start('depot', ALL, () => new Date(Date.now() + off));
    expect(reasonOf(await accounts.ask('depot').catch((thrown: unknown) => thrown))).toBe('agent-refuses');
    expect(lines.join('')).toMatch(/"reason":"(times|expired)"/);
  });
});

describe('when the way is broken', () => {
  test('no agent is 503 agent-unreachable with Retry-After, within seconds', async () => {
    await open(['depot']);
    const began = Date.now();
    const error = await accounts.ask('depot').catch((thrown: unknown) => thrown);
    expect(problemOf(error)).toMatchObject({ slug: 'agent-unreachable', status: 503, retry_after: 15 });
    expect(Date.now() - began).toBeLessThan(5000);
  });

  test('a network that is cut comes back by itself, on both sides, without a restart', async () => {
    await (await open(['depot'])).start('depot', ALL);
    await accounts.ask('depot');
    const isBack = new Promise<void>((resolve) => {
      accounts.account.broker.onMessage((topic, payload) => {
        if (topic === heartbeatTopic('depot') && payload.includes('"here"')) resolve();
      });
    });
    accounts.account.broker.cut();
    await isBack;
    await expect(accounts.ask('depot')).resolves.toBeDefined();
  });

  test('a network that is cut in mid-answer gives one answer or a clear problem', async () => {
    await (await open(['depot'], answering(40_000))).start('depot', ALL);
    const asking = accounts.ask('depot');
    const stop = accounts.account.broker.onMessage((topic) => {
      if (!topic.includes('/agentevents/')) return;
      stop();
      accounts.account.broker.cut();
    });
    const outcome = await asking.catch((thrown: unknown) => thrown);
    if (outcome instanceof Error) expect(problemOf(outcome).slug).toBe('agent-unreachable');
    else expect(outcome).toMatchObject({ body: { complete: true } });
  });

  test('requests side by side get an answer each, and none of another', async () => {
    const echo: Domain = async ({ environment, parameters }) => ({
      body: { environment: environment.name, users: [{ id: String(parameters['name']) }], complete: true },
      next: null,
      as_of: null,
      max_age: 0,
    });
    await (await open(['depot'], echo)).start('depot', ALL);
    for (let turn = 0; turn < 2; turn += 1) {
      const names = Array.from({ length: 25 }, (_, index) => `n${turn}-${index}`);
      const answers = await Promise.all(names.map((name) => accounts.ask('depot', { parameters: { name } })));
      expect(answers.map(({ body }) => (body['users'] as { id: string }[])[0]?.id)).toEqual(names);
    }
  });
});

test('the last will says that an agent is away, and its heartbeat that it is there', async () => {
  await open(['depot']);
  const said: string[] = [];
  accounts.account.broker.onMessage((topic, payload) => {
    if (topic.endsWith('/agentevents')) said.push(JSON.parse(payload.toString('utf8')).data.state);
  });
  await accounts.start('depot', ALL);
  await expect.poll(() => said).toEqual(['here']);
  accounts.account.broker.cut();
  await expect.poll(() => said.slice(0, 3)).toEqual(['here', 'away', 'here']);
});
