/**
 * The whole system on one machine, from the synthesised stack: what `npm start` runs, and what end-to-end tests speak
 * HTTP to. Everything is stopped by `stop()`, or by the watchdog when this process is killed.
 */
import { accessSync, constants, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { AthenaService } from '@mrt/local-aws/athena/service.ts';
import type { Deployment } from '@mrt/local-aws/cloudformation/deployment.ts';
import { runSchedules } from '@mrt/local-aws/cloudformation/stack-functions.ts';
import { issuedToken } from '@mrt/local-aws/cognito/issued-token.ts';
import type { FunctionPrincipals } from '@mrt/local-aws/iam/execution-roles.ts';
import { Iam } from '@mrt/local-aws/iam/iam.ts';
import type { Functions } from '@mrt/local-aws/lambda/functions.ts';
import type { Bucket } from '@mrt/local-aws/s3/store.ts';
import type { HttpService } from '@mrt/local-aws/service/http-service.ts';
import { readConfig } from '../config/read.ts';
import { type AgentAccount, startAgentAccounts } from './accounts/agent-account.ts';
import { agentConfigs } from './accounts/agent-configs.ts';
import { withEnrolments } from './accounts/enrolment.ts';
import { inOneAccount } from './accounts/one-account.ts';
import type { AirflowGateway } from './airflow/airflow-gateway.ts';
import { type Databases, openDatabases } from './data/databases.ts';
import { deploy } from './deploy.ts';
import { type Endpoints, removeEndpoints, writeEndpoints } from './endpoints-file.ts';
import { openEntrances } from './entrances.ts';
import type { RunEvents } from './run/events.ts';
import { FolderLock } from './run/folder-lock.ts';
import { requireFreePort } from './run/port-probe.ts';
import { logDirectoryOf, type Run } from './run/run.ts';
import { taskRunner } from './run/tasks.ts';
import { Teardown } from './run/teardown.ts';
import { clientIdOf, SAMPLE_CLIENT } from './sample-client.ts';
import { sampleCount, withSamples } from './samples/fleet.ts';
import type { Services } from './services.ts';
import { assemblyCache, PROJECT } from './stack/synthesis.ts';
import type { ClientTokenOptions, SystemOptions } from './system-options.ts';

/** A running system, with everything that a test may want to change about it while it runs. */
export interface System extends Services {
  endpoints: Endpoints;
  deployment: Deployment;
  /** IAM: what each principal may do. Changes take effect at once. */
  iam: Iam;
  /** The caller that each function is to AWS, by its ARN. */
  principals: FunctionPrincipals;
  databases: Databases;
  /** S3, CloudWatch and Athena of `storage`, with the faults that a test asks for. */
  s3: HttpService;
  cloudwatch: HttpService;
  /** With its queries; `null`: the stack has no workgroup. */
  athena: AthenaService | null;
  /** Of `storage`: what S3 and Athena answer from, by name. */
  buckets: Map<string, Bucket>;
  /** `null`: the stack has none. */
  airflowGateway: AirflowGateway | null;
  functions: Functions;
  logDirectory: string;
  /** Builds the console's files where they are not kept from before; without it, the first request for one does. */
  prepareConsole(): Promise<void>;
  /** A token as the pool would issue it. */
  token(options?: ClientTokenOptions): Promise<string>;
  /** Cognito signs with a new key from now on; the functions learn of it by `publish()`. */
  rotateKeys(): Promise<void>;
  /** Runs the publisher, as its schedule does. */
  publish(): Promise<void>;
  /** Runs the recorder, as its schedule does; nothing happens in a stage that records nothing. */
  record(): Promise<void>;
  /** Puts ninety days behind what is recorded today; days that are recorded stay as they are. */
  recordPast(): Promise<void>;
  /** Starts the other accounts beside the run, and waits until their agents are there, for half a minute at most. */
  startAccounts(): Promise<AgentAccount[]>;
  stop(): Promise<void>;
}

/** By the name of its log. */
function isRecorder(logName: string): boolean {
  return logName === 'recorder';
}

const SILENT: RunEvents = { notice: () => undefined, failed: () => undefined, logFault: () => undefined };

/**
 * Starts everything and returns when the API answers.
 *
 * @throws AlreadyRunningError, PortTakenError; any other Error says what is wrong with the configuration or a part
 */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const directory = resolve(options.directory ?? join(PROJECT, '.local'));
  mkdirSync(logDirectoryOf({ directory }), { recursive: true });
  accessSync(directory, constants.W_OK);
  const teardown = new Teardown();
  try {
    const processes = await FolderLock.take(directory);
    teardown.add(() => processes.release());
    removeEndpoints(directory);
    const underWay = new AbortController();
    teardown.add(() => underWay.abort());
    const { signal } = underWay;
    const runTask = taskRunner(options.progress);
    return await start(options, { directory, processes, signal, runTask, events: options.events ?? SILENT, teardown });
  } catch (error) {
    await teardown.run().catch(() => undefined);
    throw error;
  }
}

async function start(options: SystemOptions, run: Run): Promise<System> {
  const { directory, teardown } = run;
  const { port = 0, environment = {}, sampleScale: scale = 1, behind, changeTemplate } = options;
  await requireFreePort(port);
  const file = resolve(options.config ?? join(PROJECT, 'config', 'local.json'));
  const written = withSamples(readConfig(file), sampleCount(environment['MRT_SAMPLES']));
  const accounts = agentConfigs(written);
  const config = options.otherAccounts === true ? await withEnrolments(written) : inOneAccount(written, accounts);

  const iam = new Iam(config.region);
  const cache = assemblyCache();
  const keptAddresses = cache.keptAddresses(config);
  const foreignUrl = environment['MRT_DATABASE_URL'] || null;
  const databases = await openDatabases({ config, iam, foreignUrl, scale, behind, keptAddresses, run });
  // Beside each other: nothing that a deployment does asks a database.
  const [stack] = await Promise.all([
    deploy({ config, iam, databases, cache, environment, changeTemplate, run }),
    databases.start(),
  ]);
  const { site, airflowGateway, endpoints: addresses } = await openEntrances({ port, config, iam, stack, run });
  const endpoints: Endpoints = { ...addresses, postgres: databases.direct() };
  writeEndpoints(directory, endpoints);
  teardown.add(() => removeEndpoints(directory));

  const { deployment, principals, functions, services } = stack;
  const { cognito, storage, regional } = services;
  return {
    ...{ endpoints, deployment, iam, principals, databases, ...services, airflowGateway, functions },
    ...{ s3: storage.s3, cloudwatch: storage.cloudwatch, athena: storage.athena, buckets: storage.buckets },
    logDirectory: logDirectoryOf(run),
    async startAccounts() {
      if (regional === null) return [];
      return startAgentAccounts(accounts, { api: endpoints.api, regional, scale, cache, run });
    },
    prepareConsole: async () => site?.prepare(),
    token({ client = SAMPLE_CLIENT, ...wish } = {}) {
      return issuedToken(cognito, {
        ...wish,
        ...(wish.person === undefined && { clientId: clientIdOf(deployment, client) }),
      });
    },
    rotateKeys: () => cognito.signer.rotate(),
    publish: () => runSchedules(deployment, functions.byArn, (name) => !isRecorder(name)),
    record: () => runSchedules(deployment, functions.byArn, isRecorder),
    recordPast: () => storage.recordPast(),
    stop: () => teardown.run(),
  };
}
