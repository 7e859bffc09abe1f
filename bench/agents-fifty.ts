/**
 * Fifty agents on one broker, each asked all the time by one function: real TLS, policies and messages in one process, with the
 * answer of each made beforehand. Measured is the way, and not what a route does.
 */
import { randomBytes } from 'node:crypto';
import { Iam, type Principal } from '@mrt/local-aws/iam/iam.ts';
import { temporaryKeys } from '@mrt/local-aws/iam/temporary-keys.ts';
import { IotAuthority } from '@mrt/local-aws/iot/authority.ts';
import { startIotBroker } from '@mrt/local-aws/iot/broker.ts';
import { certificateId } from '@mrt/local-aws/iot/registry.ts';
import { Agent } from '../agent/agent.ts';
import type { AgentCredential } from '../agent/certificate.ts';
import { newEnrolment } from '../agent/enrol.ts';
import { Deadline } from '../lambdas/context.ts';
import { Asker } from '../lambdas/relay/asker.ts';
import { relayClientPrefix, thingName } from '../lambdas/relay/names.ts';
import { answersFilter } from '../lambdas/relay/topics.ts';
import { KeptBroker } from '../lambdas/upstreams/iot/kept-broker.ts';
import { agentStatements } from '../lib/agents/agents.ts';

const AGENTS = 50;
const ROUNDS = 20;
/** A page of 1,000 users, packed. */
const ANSWER = randomBytes(60_000);
const PLACE = { region: 'eu-west-1', account: '111122223333' };
const STAGE = 'bench';
const DOMAIN = 'mrt.example.com';
const BUDGET_MS = 25_000;
/** Broker, function and fifty agents share one process here: on a busy machine it may be silent for seconds. */
const PATIENCE_MS = 10_000;

export interface Fifty {
  agents: number;
  answers: number;
  seconds: number;
  /** Milliseconds of each answer. */
  times: number[];
}

/** Starts them, asks each of them again and again, and stops them. @throws Error when one answers wrongly */
export async function fiftyAgents(): Promise<Fifty> {
  const names = Array.from({ length: AGENTS }, (_, index) => `agent-${index}`);
  const iam = new Iam(PLACE.region);
  const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow' as const, Action: '*', Resource: '*' }] };
  iam.setVpcEndpointPolicy('iot.data', [
    { ...everything, Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', Principal: '*' }] },
  ]);
  const principal: Principal = {
    name: 'users',
    roleArn: `arn:aws:iam::${PLACE.account}:role/users`,
    policies: [everything],
    inVpc: true,
    ...temporaryKeys(),
  };
  iam.register(principal);
  const authority = await IotAuthority.create();
  const broker = await startIotBroker({
    iam,
    ...PLACE,
    things: new Set(names.map(thingName)),
    certificates: [],
    tls: { ...(await authority.server(['localhost'])), ca: authority.certificate },
  });
  const restore = asThePrincipal(principal, broker.address);
  const place = { host: 'x', region: PLACE.region, clientPrefix: relayClientPrefix(STAGE) };
  const kept: KeptBroker = new KeptBroker(place, answersFilter, (topic, payload) => asker.receive(topic, payload));
  const asker = new Asker(kept, { replyTo: kept.clientId, acceptMs: PATIENCE_MS, silenceMs: PATIENCE_MS });
  const agents: Agent[] = [];
  try {
    for (const name of names) {
      const { key, request } = await newEnrolment(name, DOMAIN);
      const pem = await authority.sign(request);
      broker.register({
        ...{ id: certificateId(pem), pem, status: 'ACTIVE', things: [thingName(name)] },
        policies: [{ Version: '2012-10-17', Statement: agentStatements(name, STAGE, PLACE) }],
      });
      const credential: AgentCredential = { key, certificate: pem, ends: new Date('2049-12-31') };
      agents.push(
        new Agent({
          ...{ name, version: '1.0.0', environments: [`${name}-prod`] },
          ...{ brokerUrl: `mqtts://localhost:${broker.tlsPort}`, brokerCa: authority.certificate },
          credential: async () => credential,
          serve: async () => ANSWER,
        }),
      );
    }
    for (const agent of agents) void agent.run();
    await Promise.all(agents.map((agent) => agent.connected()));
    await kept.connection();
    return await asked(asker, names);
  } finally {
    for (const agent of agents) await agent.stop();
    (await kept.connection().catch(() => null))?.destroy();
    await broker.stop();
    restore();
  }
}

async function asked(asker: Asker, names: readonly string[]): Promise<Fifty> {
  const times: number[] = [];
  const question = { token: 'x'.repeat(900), question: { route: 'users' } };
  const one = async (name: string, round: number) => {
    const started = performance.now();
    const answer = await asker.ask(name, question, new Deadline(Date.now() + BUDGET_MS));
    if (!answer.equals(ANSWER)) throw new Error(`${name} answers something else`);
    // The first round makes everything that is made once.
    if (round > 0) times.push(performance.now() - started);
  };
  await Promise.all(names.map((name) => one(name, 0)));
  const started = performance.now();
  await Promise.all(
    names.map(async (name) => {
      for (let round = 1; round <= ROUNDS; round++) await one(name, round);
    }),
  );
  return { agents: names.length, answers: times.length, seconds: (performance.now() - started) / 1000, times };
}

/** This process as that principal, asking that broker. @returns puts the environment back */
function asThePrincipal({ accessKeyId, secretAccessKey, sessionToken }: Principal, broker: URL): () => void {
  const before = { ...process.env };
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    AWS_ENDPOINT_URL_IOT_DATA_PLANE: broker.origin,
  });
  return () => {
    process.env = before;
  };
}
