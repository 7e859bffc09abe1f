/**
 * The whole system on one machine, from the synthesised stack: what `npm start` runs, and what end-to-end tests speak
 * HTTP to. Everything is stopped by `stop()`, or by the watchdog when this process is killed.
 */
import { accessSync, constants, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { AthenaService } from '@mrt/local-aws/athena/service.ts';
import { type Deployment, readDeployment } from '@mrt/local-aws/cloudformation/deployment.ts';
import { createCustomResources, runSchedules, startSchedules } from '@mrt/local-aws/cloudformation/stack-functions.ts';
import type { Template } from '@mrt/local-aws/cloudformation/template.ts';
import { issuedToken, type TokenOptions } from '@mrt/local-aws/cognito/issued-token.ts';
import { TokenEndpoint } from '@mrt/local-aws/cognito/token-endpoint.ts';
import { Gateway } from '@mrt/local-aws/gateway/gateway.ts';
import { assumeExecutionRoles, type FunctionPrincipals } from '@mrt/local-aws/iam/execution-roles.ts';
import { Iam } from '@mrt/local-aws/iam/iam.ts';
import { Functions } from '@mrt/local-aws/lambda/functions.ts';
import { LogFile } from '@mrt/local-aws/log/log-file.ts';
import type { HttpService } from '@mrt/local-aws/service/http-service.ts';
import { isStsNeeded, startSts } from '@mrt/local-aws/sts/service.ts';
import { readConfig } from '../config/read.ts';
import type { Config } from '../config/schema.ts';
import { VARIABLES } from '../lambdas/contract.ts';
import { type AgentAccount, startAgentAccount } from './accounts/agent-account.ts';
import { agentConfigs } from './accounts/agent-configs.ts';
import { withEnrolments } from './accounts/enrolment.ts';
import { inOneAccount } from './accounts/one-account.ts';
import { type RegionalBroker, startRegionalBroker } from './accounts/regional-broker.ts';
import { type AirflowGateway, startAirflowGateway } from './airflow/airflow-gateway.ts';
import { gatewayCallers } from './airflow/gateway-callers.ts';
import { type ManagedAirflows, startManagedAirflows } from './airflow/managed-airflows.ts';
import { type PipelineIssuers, startPipelineIssuers } from './airflow/pipeline-issuers.ts';
import { ConsoleFiles } from './console/console-files.ts';
import { CONSOLE_PATH, ConsoleSite, consoleAddresses } from './console/console-site.ts';
import { type Databases, openDatabases } from './data/databases.ts';
import { startS3AndCloudWatch } from './data/s3-and-cloudwatch.ts';
import { type Endpoints, removeEndpoints, writeEndpoints } from './endpoints-file.ts';
import type { RunEvents } from './run/events.ts';
import { FolderLock } from './run/folder-lock.ts';
import { requireFreePort } from './run/port-probe.ts';
import { type TaskListener, taskRunner } from './run/tasks.ts';
import { Teardown } from './run/teardown.ts';
import { clientIdOf, SAMPLE_CLIENT, sampleCredentials } from './sample-client.ts';
import { sampleCount, withSamples } from './samples/fleet.ts';
import { assemblyCache, PROJECT, synthesise } from './stack/synthesis.ts';

/** How this run differs from `npm start`. Tests lower the scale and change the template. */
export interface SystemOptions {
  /** Of the API; 0 is a free one. */
  port?: number;
  /** Holds data, logs and `endpoints.json`; default `.local`. */
  directory?: string;
  /** Path of the stage's configuration; default `config/local.json`. */
  config?: string;
  /** Where `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL_CLOUDWATCH`, `MRT_DATABASE_URL` and `MRT_SAMPLES` are looked for; default: nowhere. */
  environment?: NodeJS.ProcessEnv;
  /** Share of the sample databases' rows, default 1; 0: no PostgreSQL at all, for tests that ask no database. */
  sampleScale?: number;
  /** Puts something else behind a database than `url`: a dead or a slow one. */
  behind?: (database: string, url: string) => string;
  /** Hears of what befalls the system while it runs; default: nobody does. */
  events?: RunEvents;
  /** Hears of each part of the start. */
  progress?: TaskListener;
  /** Whether environments of other accounts are behind agents there; default: they are in the stage's own account. */
  otherAccounts?: boolean;
  /** Changes the template before it is read: a permission taken away, a limit lowered. */
  changeTemplate?: (template: Template) => void;
}

/** As the pool issues tokens, with the client by its name in the configuration; default: the sample client. */
export type ClientTokenOptions = Omit<TokenOptions, 'clientId'> & { client?: string };

/** A running system, with everything that a test may want to change about it while it runs. */
export interface System {
  endpoints: Endpoints;
  deployment: Deployment;
  /** IAM: what each principal may do. Changes take effect at once. */
  iam: Iam;
  /** The caller that each function is to AWS, by its ARN. */
  principals: FunctionPrincipals;
  databases: Databases;
  /** With the faults that a test asks for. */
  s3: HttpService;
  cloudwatch: HttpService;
  /** `null`: no role of the stack may be assumed by another. */
  sts: HttpService | null;
  /** Of pipelines' id tokens; none without an Airflow gateway. */
  issuers: PipelineIssuers;
  /** `null`: the stack has none. */
  airflowGateway: AirflowGateway | null;
  /** With its queries; `null`: the stack has no workgroup. */
  athena: AthenaService | null;
  /** MWAA with its Airflows; `null`: no environment is of MWAA. */
  airflows: ManagedAirflows | null;
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
  /** IoT Core of the stage's account; `null` without other accounts. */
  regional: RegionalBroker | null;
  /** Starts the other accounts beside the run, and waits until their agents are there, for half a minute at most. */
  startAccounts(): Promise<AgentAccount[]>;
  stop(): Promise<void>;
}

/** The one that an example is about: the shop's, where the configuration has it. */
function mainEnvironment({ environments }: Config): string {
  return Object.hasOwn(environments, 'shop-prod') ? 'shop-prod' : (Object.keys(environments)[0] ?? '');
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
  mkdirSync(join(directory, 'log'), { recursive: true });
  accessSync(directory, constants.W_OK);
  const teardown = new Teardown();
  try {
    const lock = await FolderLock.take(directory);
    teardown.add(() => lock.release());
    removeEndpoints(directory);
    return await start(options, directory, lock, teardown);
  } catch (error) {
    await teardown.run().catch(() => undefined);
    throw error;
  }
}

async function start(options: SystemOptions, directory: string, lock: FolderLock, teardown: Teardown): Promise<System> {
  const runTask = taskRunner(options.progress);
  const logDirectory = join(directory, 'log');
  const port = options.port ?? 0;
  await requireFreePort(port);
  const environment = options.environment ?? {};
  const file = resolve(options.config ?? join(PROJECT, 'config', 'local.json'));
  const written = withSamples(readConfig(file), sampleCount(environment['MRT_SAMPLES']));
  const accounts = agentConfigs(written);
  const config = options.otherAccounts === true ? await withEnrolments(written) : inOneAccount(written, accounts);

  const iam = new Iam();
  const foreignUrl = environment['MRT_DATABASE_URL'] || null;
  const scale = options.sampleScale ?? 1;
  const events = options.events ?? SILENT;
  const synthesis = new AbortController();
  teardown.add(() => synthesis.abort());
  const { signal } = synthesis;
  const cache = assemblyCache();
  const keptAddresses = cache.keptAddresses(config);
  const databases = await openDatabases({
    config,
    directory,
    iam,
    foreignUrl,
    scale,
    behind: options.behind,
    keptAddresses,
    runTask,
    events,
    teardown,
  });
  const [deployment] = await Promise.all([
    runTask('synthesise the stack', async () => {
      const { addresses } = databases;
      const assembly = await synthesise({ config, addresses, cache, directory, processes: lock, signal });
      const place = { stackName: `mrt-${config.stage}`, account: config.account, region: config.region };
      return readDeployment(assembly, place, options.changeTemplate);
    }),
    databases.start(),
  ]);
  const principals = assumeExecutionRoles(deployment, iam);
  const { roles } = deployment;
  const [cognito, storage, sts] = await runTask('start Cognito, S3 and CloudWatch', () =>
    Promise.all([
      TokenEndpoint.start({ pool: deployment.pool, region: config.region }),
      startS3AndCloudWatch({ config, deployment, directory, iam, environment, teardown }),
      isStsNeeded(roles) ? startSts({ iam, roles }) : null,
    ]),
  );
  teardown.add(() => cognito.close());
  if (sts !== null) teardown.add(() => sts.stop());
  const issuers = await startPipelineIssuers(config, deployment, cognito, teardown);

  const regional =
    config.agents === undefined
      ? null
      : await startRegionalBroker({ config, deployment, directory, iam, events, teardown });

  const airflows = await startManagedAirflows(config, iam, directory, environment['MRT_AIRFLOW_URL']);
  if (airflows !== null) teardown.add(() => airflows.mwaa.stop());

  const functions = new Functions({
    deployment,
    principals,
    local: {
      s3: storage.s3.address.origin,
      cloudwatch: storage.cloudwatch.address.origin,
      cognito: cognito.address,
      iot: regional?.broker.address.origin ?? null,
      sts: sts?.address.origin ?? null,
      athena: storage.athena?.address.origin ?? null,
      further: airflows?.variables ?? {},
      application: { [VARIABLES.databaseCaFile]: databases.caFile, ...issuers.variables },
    },
    logDirectory,
    logFault: events.logFault,
    processes: lock,
  });
  teardown.add(() => functions.stop());
  await runTask('publish the keys', () => createCustomResources(deployment, functions.byArn));
  teardown.add(startSchedules(deployment, functions.byArn));

  const credentials = sampleCredentials(cognito, deployment);
  const consoleFiles = new ConsoleFiles(PROJECT);
  let apiPort = 0;
  const site =
    credentials.people_client_id === null
      ? null
      : new ConsoleSite({
          files: consoleFiles,
          tokenEndpoint: `${cognito.address}/oauth2/token`,
          clientId: credentials.people_client_id,
          stage: config.stage,
          port: () => apiPort,
        });

  const accessLog = new LogFile(join(logDirectory, 'access.log'), events.logFault);
  teardown.add(() => accessLog.end());
  const gateway = new Gateway({
    api: deployment.api,
    place: { account: config.account, apiId: deployment.api.id, stage: deployment.api.stage },
    // In this process, where no proxy of the environment is asked.
    keysOf: () => cognito.signer.publishedKeys,
    integration: (route) => functions.integrationOf(route),
    ...(site !== null && { beside: site.serve }),
    writeAccessLine: (line) => accessLog.write(`${line}\n`),
  });
  apiPort = await gateway.listen(port);
  const address = `http://127.0.0.1:${apiPort}`;
  teardown.add(() => gateway.close());
  // In the cloud the stack registers the console's address; here it has the port of this run.
  if (site !== null) allowConsole(cognito, credentials.people_client_id, consoleAddresses(apiPort));

  const { logFault } = events;
  const airflowGateway = await startAirflowGateway({ deployment, iam, functions, logDirectory, logFault, teardown });
  const endpoints: Endpoints = {
    api: address,
    token_endpoint: `${cognito.address}/oauth2/token`,
    ...credentials,
    issuer: cognito.signer.issuer,
    console: site === null ? null : `${address}${CONSOLE_PATH}`,
    ...storage.addresses,
    postgres: databases.direct(),
    environment: mainEnvironment(config),
    airflow_gateway: airflowGateway?.address ?? null,
    ...(airflowGateway !== null && {
      airflow_callers: {
        id_tokens: Object.fromEntries([...issuers.byName].map(([name, { address: at }]) => [name, `${at}/id_token`])),
        roles: gatewayCallers(config, deployment, iam),
        sts: sts?.address.origin ?? null,
      },
    }),
  };
  writeEndpoints(directory, endpoints);
  teardown.add(() => removeEndpoints(directory));
  return {
    endpoints,
    deployment,
    iam,
    principals,
    databases,
    s3: storage.s3,
    cloudwatch: storage.cloudwatch,
    sts,
    issuers,
    airflowGateway,
    athena: storage.athena,
    airflows,
    functions,
    logDirectory,
    regional,
    async startAccounts() {
      if (regional === null) return [];
      const starting = accounts.map((account) =>
        startAgentAccount({
          ...{ config: account, api: address, regional, directory, scale, cache, processes: lock, events, signal },
        }),
      );
      // Also when the run ends while they start.
      for (const one of starting) teardown.add(async () => (await one.catch(() => null))?.stop());
      const started = await Promise.all(starting);
      await Promise.all(started.map(({ presence }) => presence));
      return started;
    },
    async prepareConsole() {
      if (site !== null) await consoleFiles.directory();
    },
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

/** The sign-in may come back to these addresses, and the sign-out too. */
function allowConsole({ pool }: TokenEndpoint, clientId: string | null, addresses: readonly string[]): void {
  const client = pool.clients.find(({ id }) => id === clientId);
  client?.callbackUrls.push(...addresses);
  client?.logoutUrls.push(...addresses);
}
