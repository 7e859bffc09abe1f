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
import { startS3 } from '@mrt/local-aws/s3/service.ts';
import { startSecretsManager } from '@mrt/local-aws/secretsmanager/service.ts';
import type { AgentSettings } from '../../agent/settings.ts';
import { agentAsStage } from '../../config/agent/as-stage.ts';
import type { AgentConfig } from '../../config/agent/schema.ts';
import { PUBLIC_KEYS_PATH, VARIABLES } from '../../lambdas/contract.ts';
import { type Databases, openDatabases } from '../data/databases.ts';
import { logDirectoryOf, type Run } from '../run/run.ts';
import { taskRunner } from '../run/tasks.ts';
import { Teardown } from '../run/teardown.ts';
import { sampleStore } from '../samples/buckets.ts';
import { sampleMetrics } from '../samples/metrics.ts';
import type { AssemblyCache } from '../stack/assembly-cache.ts';
import { synthesise } from '../stack/synthesis.ts';
import { agentPresence } from './agent-presence.ts';
import { AgentProcess } from './agent-process.ts';
import { enrolmentFolder } from './enrolment.ts';
import type { RegionalBroker } from './regional-broker.ts';

export interface AgentAccountOptions {
  config: AgentConfig;
  /** Address of the Regional API. */
  api: string;
  regional: RegionalBroker;
  scale: number;
  cache: AssemblyCache;
  /** Of the stage; the account has a folder in its folder. */
  run: Run;
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
 * Starts all of them beside each other, and waits until their agents are there, for half a minute at most. They are stopped
 * with the run, also when it ends while they start.
 *
 * @param stage the stage that they belong to
 */
export async function startAgentAccounts(
  configs: readonly AgentConfig[],
  stage: Omit<AgentAccountOptions, 'config'>,
): Promise<AgentAccount[]> {
  const starting = configs.map((config) => startAgentAccount({ ...stage, config }));
  for (const account of starting) stage.run.teardown.add(async () => (await account.catch(() => null))?.stop());
  const accounts = await Promise.all(starting);
  await Promise.all(accounts.map(({ presence }) => presence));
  return accounts;
}

/** Starts it; returns when the agent's process has been started. */
export async function startAgentAccount(options: AgentAccountOptions): Promise<AgentAccount> {
  const { config, regional, scale, cache } = options;
  const directory = join(options.run.directory, 'accounts', config.name);
  const teardown = new Teardown();
  // Beside the stage: nobody waits for it.
  const run: Run = { ...options.run, directory, teardown, runTask: taskRunner() };
  mkdirSync(logDirectoryOf(run), { recursive: true });
  try {
    const iam = new Iam(config.region);
    const stage = agentAsStage(config);
    const keptAddresses = cache.keptAddresses(config);
    const databases = await openDatabases({ config: stage, iam, foreignUrl: null, scale, keptAddresses, run });
    const { addresses } = databases;
    const [assembly] = await Promise.all([
      synthesise({ app: 'agent', config, addresses, cache, run }),
      databases.start(),
    ]);
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
      log: join(logDirectoryOf(options.run), `agent-${config.name}.log`),
      processes: run.processes,
      logFault: run.events.logFault,
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
