/** A broker with agents, as the Regional template would have it, and functions that may ask them. Everything is real but AWS. */
import { randomUUID } from 'node:crypto';
import { Iam, type Principal } from '@mrt/local-aws/iam/iam.ts';
import type { PolicyDocument } from '@mrt/local-aws/iam/policy.ts';
import { IotAuthority } from '@mrt/local-aws/iot/authority.ts';
import { type IotBroker, startIotBroker } from '@mrt/local-aws/iot/broker.ts';
import { certificateId, type RegisteredCertificate } from '@mrt/local-aws/iot/registry.ts';
import type { AgentCredential } from '../../agent/certificate.ts';
import { newEnrolment } from '../../agent/enrol.ts';
import { relayClientPrefix, thingName } from '../../lambdas/relay/names.ts';
import { agentStatements } from '../../lib/agents/agents.ts';
import { type Asking, agentStatementsOf } from '../../lib/agents/function-statements.ts';

export const PLACE = { region: 'eu-west-1', account: '111122223333' };
export const STAGE = 'test';
export const TRUST_DOMAIN = 'mrt.example.com';

export interface Account {
  broker: IotBroker;
  brokerUrl: string;
  ca: string;
  /** What the broker said of whom it refused. */
  log: string[];
  iam: Iam;
  /** Keys of a function that may ask the agents. */
  principal: Principal;
  /** The newest of an agent. */
  credential(agent: string): AgentCredential;
  certificateId(agent: string): string;
  /** Signs a request of an agent and takes the certificate into use beside those that it has. @returns PEM */
  issue(agent: string, request: string): Promise<string>;
  /** The agent has a new key and certificate from now on; the old certificate stays good. */
  renew(agent: string): Promise<void>;
}

/** @param names of the agents; `change` alters their certificates */
export async function startAccount(
  names: readonly string[],
  change: (certificate: RegisteredCertificate, agent: string) => void = () => undefined,
  ends?: Date,
): Promise<Account> {
  const authority = await IotAuthority.create();
  const credentials = new Map<string, AgentCredential>();
  const issued: RegisteredCertificate[] = [];
  const iam = new Iam('eu-west-1');
  iam.setVpcEndpointPolicy('iot.data', [
    { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] },
  ]);
  const principal = principalFor(names);
  iam.register(principal);
  const log: string[] = [];
  const broker = await startIotBroker({
    iam,
    ...PLACE,
    things: new Set(names.map(thingName)),
    certificates: [],
    tls: { ...(await authority.server(['localhost', '127.0.0.1'])), ca: authority.certificate },
    log: (line) => log.push(line),
  });
  const issue = async (agent: string, request: string) => {
    const pem = await authority.sign(request, new Date(), ...(ends === undefined ? [] : [ends]));
    const registered: RegisteredCertificate = {
      id: certificateId(pem),
      pem,
      status: 'ACTIVE',
      things: [thingName(agent)],
      policies: [{ Version: '2012-10-17', Statement: agentStatements(agent, STAGE, PLACE) }],
    };
    change(registered, agent);
    broker.register(registered);
    issued.push(registered);
    return pem;
  };
  const renew = async (agent: string) => {
    const { key, request } = await newEnrolment(agent, TRUST_DOMAIN);
    const certificate = await issue(agent, request);
    credentials.set(agent, { key, certificate, ends: ends ?? new Date('2049-12-31T23:59:59Z') });
  };
  for (const name of names) await renew(name);
  return {
    broker,
    brokerUrl: `mqtts://localhost:${broker.tlsPort}`,
    ca: authority.certificate,
    log,
    iam,
    principal,
    credential: (agent) => credentials.get(agent) as AgentCredential,
    certificateId: (agent) => issued.findLast(({ things }) => things.includes(thingName(agent)))?.id ?? '',
    issue,
    renew,
  };
}

/** A function of the stage, with the very statements of its role. */
export function principalFor(names: readonly string[], asking: Asking = { environment: true }): Principal {
  const config = { stage: STAGE, agents: { names: Object.fromEntries(names.map((name) => [name, {}])) } };
  const statements = agentStatementsOf(asking, config as never, PLACE).map(
    (statement) => statement.toStatementJson() as PolicyDocument['Statement'],
  );
  return {
    name: 'users',
    roleArn: `arn:aws:iam::${PLACE.account}:role/users`,
    policies: [{ Version: '2012-10-17', Statement: statements.flat() }],
    inVpc: true,
    accessKeyId: `ASIA${randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase()}`,
    secretAccessKey: randomUUID(),
    sessionToken: randomUUID(),
  };
}

export const RELAY_ID = `${relayClientPrefix(STAGE)}0123456789abcdef`;
