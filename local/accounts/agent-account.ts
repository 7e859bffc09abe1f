/**
 * Another account on this machine: its own IAM, S3, CloudWatch, Secrets Manager and PostgreSQL, and an agent in a process
 * of its own, with the role and the secret of the agent stack's template. It knows of the stage what an agent knows: the broker and the public keys.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRoles } from '@mrt/local-aws/cloudformation/template-roles.ts';
import { readSecrets } from '@mrt/local-aws/cloudformation/template-secrets.ts';
import { startCloudWatch } from '@mrt/local-aws/cloudwatch/service.ts';
import { Iam, type Principal } from '@mrt/local-aws/iam/iam.ts';
import { temporaryKeys } from '@mrt/local-aws/iam/temporary-keys.ts';
import type { ProcessRegister } from '@mrt/local-aws/lambda/running-function.ts';
import { startS3 } from '@mrt/local-aws/s3/service.ts';
import { startSecretsManager } from '@mrt/local-aws/secretsmanager/service.ts';
import type { AgentSettings } from '../../agent/settings.ts';
import { agentAsStage } from '../../config/agent/as-stage.ts';
import type { AgentConfig } from '../../config/agent/schema.ts';
import type { Config } from '../../config/schema.ts';
import { PUBLIC_KEYS_PATH, VARIABLES } from '../../lambdas/contract.ts';
import { type Databases, openDatabases } from '../data/databases.ts';
import type { RunEvents } from '../run/events.ts';
import { Teardown } from '../run/teardown.ts';
import { sampleStore } from '../samples/buckets.ts';
import { sampleMetrics } from '../samples/metrics.ts';
import type { AssemblyCache, DatabaseAddresses } from '../stack/assembly-cache.ts';
import { runApp } from '../stack/synthesis.ts';
import { agentPresence } from './agent-presence.ts';
import { AgentProcess } from './agent-process.ts';
import { enrolmentFolder } from './enrolment.ts';
import type { RegionalBroker } from './regional-broker.ts';

export interface AgentAccountOptions {
  config: AgentConfig;
  /** Address of the Regional API. */
  api: string;
  regional: RegionalBroker;
  /** Of the run; the account has a folder in it. */
  directory: string;
  scale: number;
  cache: AssemblyCache;
  processes: ProcessRegister;
  events: RunEvents;
  signal: AbortSignal;
}

export interface AgentAccount {
  iam: Iam;
  /** Whom IAM takes the agent for: the role of its template. */
  principal: Principal;
  databases: Databases;
  agent: AgentProcess;
  /** Whether the agent came; false after half a minute without a word of it. */
  presence: Promise<boolean>;
  stop(): Promise<void>;
}

/**
 * Starts all of them beside each other, and waits until their agents are there, for half a minute at most.
 *
 * @param stage the stage that they belong to
 * @param teardown stops them, also when the run ends while they start
 */
export async function startAgentAccounts(
  configs: readonly AgentConfig[],
  stage: Omit<AgentAccountOptions, 'config'>,
  teardown: Teardown,
): Promise<AgentAccount[]> {
  const starting = configs.map((config) => startAgentAccount({ ...stage, config }));
  for (const account of starting) teardown.add(async () => (await account.catch(() => null))?.stop());
  const accounts = await Promise.all(starting);
  await Promise.all(accounts.map(({ presence }) => presence));
  return accounts;
}

/** Starts it; returns when the agent's process has been started. */
export async function startAgentAccount(options: AgentAccountOptions): Promise<AgentAccount> {
  const { config, regional, scale, events } = options;
  const directory = join(options.directory, 'accounts', config.name);
  mkdirSync(join(directory, 'log'), { recursive: true });
  const teardown = new Teardown();
  try {
    const iam = new Iam(config.region);
    const stage = agentAsStage(config);
    const kept = options.cache.keptAddresses(config as unknown as Config);
    const databases = await openDatabases({
      ...{ config: stage, directory, iam, scale, events, teardown, keptAddresses: kept, foreignUrl: null },
      runTask: (_, work) => work(),
    });
    const [assembly] = await Promise.all([synthesised(options, directory, databases.addresses), databases.start()]);
    const store = sampleStore(config.region);
    const own = new Set(
      Object.values(config.environments).flatMap(({ buckets = [] }) => buckets.map(({ bucket }) => bucket)),
    );
    const s3 = await startS3({ iam, store: new Map([...store].filter(([name]) => own.has(name))) });
    teardown.add(() => s3.stop());
    const cloudwatch = await startCloudWatch({ iam, metrics: sampleMetrics(store) });
    teardown.add(() => cloudwatch.stop());

    const place = { stackName: `mrt-agent-${config.name}`, account: config.account, region: config.region };
    const [role] = [...readRoles(assembly, place)].filter(([id]) => id.startsWith('Role')).map(([, found]) => found);
    if (role === undefined) throw new Error(`the template of the agent ${config.name} has no role`);
    const principal = {
      name: 'agent',
      roleArn: role.arn,
      policies: role.policies,
      tags: role.tags,
      inVpc: false,
      ...temporaryKeys(),
    };
    iam.register(principal);
    const secrets = new Map(
      [...readSecrets(assembly, place)].map(([, arn]) => [arn, credentialOf(config.name, regional)]),
    );
    const secretsManager = await startSecretsManager({ iam, secrets });
    teardown.add(() => secretsManager.stop());
    const agent = new AgentProcess({
      bundle: join(assembly, 'agent', 'index.mjs'),
      words: ['run', '--settings', settingsFile(directory, assembly, options.api)],
      environment: {
        AWS_ACCESS_KEY_ID: principal.accessKeyId,
        AWS_SECRET_ACCESS_KEY: principal.secretAccessKey,
        AWS_SESSION_TOKEN: principal.sessionToken,
        AWS_REGION: config.region,
        AWS_ENDPOINT_URL_S3: s3.address.origin,
        AWS_ENDPOINT_URL_CLOUDWATCH: cloudwatch.address.origin,
        AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.address.origin,
        MRT_AGENT_BROKER_URL: `mqtts://localhost:${regional.broker.tlsPort}`,
        MRT_AGENT_BROKER_CA_FILE: regional.caFile,
        [VARIABLES.databaseCaFile]: databases.caFile,
      },
      log: join(options.directory, 'log', `agent-${config.name}.log`),
      processes: options.processes,
      logFault: events.logFault,
    });
    teardown.add(() => agent.stop());
    const presence = agentPresence(regional.broker, config.name);
    agent.start();
    return { iam, principal, databases, agent, presence, stop: () => teardown.run() };
  } catch (error) {
    await teardown.run().catch(() => undefined);
    throw error;
  }
}

/** The agent's template and bundle, from the cache or newly made. */
async function synthesised(
  { config, cache, processes, signal }: AgentAccountOptions,
  directory: string,
  addresses: DatabaseAddresses,
): Promise<string> {
  const assembly = join(directory, 'cdk.out');
  const databases = Object.fromEntries(
    Object.entries(config.databases).map(([name, database]) => [name, { ...database, ...addresses[name] }]),
  );
  const file = join(directory, 'agent.json');
  writeFileSync(file, JSON.stringify({ ...config, databases }, null, 2));
  // The cache tells configurations apart by their text, whatever they are of.
  await cache.provide(config as unknown as Config, addresses, assembly, async (outdir) => {
    const { code, output } = await runApp('lib/agent-account/app.ts', file, outdir, processes, signal);
    if (code !== 0)
      throw new Error(`the agent’s stack cannot be synthesised:\n${output.trim().split('\n').slice(-15).join('\n')}`);
  });
  return assembly;
}

/** What its owner puts into the agent's secret: the key of the enrolment, and the certificate that came back. */
function credentialOf(agent: string, regional: RegionalBroker): string {
  return JSON.stringify({
    'agent-key.pem': readFileSync(join(enrolmentFolder(agent), 'next-key.pem'), 'utf8'),
    'agent-certificate.pem': regional.certificateOf(agent),
  });
}

/** The settings beside the bundle, with the API's address of this run. */
function settingsFile(directory: string, assembly: string, api: string): string {
  const settings = JSON.parse(readFileSync(join(assembly, 'agent', 'settings.json'), 'utf8')) as AgentSettings;
  const file = join(directory, 'settings.json');
  const keys_url = `${api}${PUBLIC_KEYS_PATH}`;
  writeFileSync(file, JSON.stringify({ ...settings, regional: { ...settings.regional, keys_url } }));
  return file;
}
