/**
 * The whole system on one machine, from the synthesised stack: what `npm start` runs, and what end-to-end tests speak
 * HTTP to. Everything is stopped by `stop()`, or by the reaper when this process is killed.
 */
import { createWriteStream, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Deployment, readDeployment } from '@mrt/local-aws/cloudformation/deployment.ts';
import { createCustomResources, runSchedules, startSchedules } from '@mrt/local-aws/cloudformation/stack-functions.ts';
import type { Template } from '@mrt/local-aws/cloudformation/template.ts';
import { issuedToken, SAMPLE_CLIENT, type TokenOptions } from '@mrt/local-aws/cognito/issued-token.ts';
import { TokenEndpoint } from '@mrt/local-aws/cognito/token-endpoint.ts';
import { Gateway } from '@mrt/local-aws/gateway/gateway.ts';
import { issuerKeys } from '@mrt/local-aws/gateway/jwt-authorizer.ts';
import { Authority } from '@mrt/local-aws/iam/iam.ts';
import { type Principals, principalsOf } from '@mrt/local-aws/iam/principals.ts';
import type { LocalServices } from '@mrt/local-aws/lambda/environment.ts';
import { Compute } from '@mrt/local-aws/lambda/functions.ts';
import { readConfig } from '../config/read.ts';
import { type Databases, openDatabases } from './databases.ts';
import { type Endpoints, removeEndpoints, writeEndpoints } from './endpoints-file.ts';
import { requireFreePort } from './port-probe.ts';
import { RunGuard } from './run-guard.ts';
import { type Services, startServices } from './services.ts';
import { type Progress, steps } from './step.ts';
import { PROJECT, synthesise, withDatabaseAddresses } from './synthesis.ts';
import { Teardown } from './teardown.ts';

export interface SystemOptions {
  /** Of the API; 0 is a free one. */
  port?: number;
  /** Holds data, logs and `endpoints.json`; default `.local`. */
  directory?: string;
  /** Path of the stage's configuration; default `config/local.json`. */
  config?: string;
  /** Where `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL_CLOUDWATCH` and `MRT_DATABASE_URL` are looked for; default: nowhere. */
  environment?: NodeJS.ProcessEnv;
  /** Share of the sample databases' rows, default 1; 0: no PostgreSQL at all, for tests that ask no database. */
  sampleScale?: number;
  progress?: Progress;
  /** Changes the template before it is read: a permission taken away, a limit lowered. */
  changeTemplate?: (template: Template) => void;
}

export interface System {
  endpoints: Endpoints;
  deployment: Deployment;
  /** IAM: what each principal may do. Changes take effect at once. */
  authority: Authority;
  principals: Principals;
  databases: Databases;
  /** S3 and CloudWatch, with what tests make them suffer (`faults`). */
  services: Services;
  compute: Compute;
  logDirectory: string;
  /** A token as the pool would issue it. */
  token(options?: TokenOptions): Promise<string>;
  /** Cognito signs with a new key from now on; the functions learn of it by `publish()`. */
  rotateKeys(): Promise<void>;
  /** Runs the publisher, as its schedule does. */
  publish(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts everything and returns when the API answers.
 *
 * @throws AlreadyRunningError, PortTakenError; any other Error says what is wrong with the configuration or a part
 */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const directory = resolve(options.directory ?? join(PROJECT, '.local'));
  mkdirSync(join(directory, 'log'), { recursive: true });
  const teardown = new Teardown();
  try {
    const guard = await RunGuard.take(directory);
    teardown.add(() => guard.release());
    removeEndpoints(directory);
    return await start(options, directory, guard, teardown);
  } catch (error) {
    await teardown.run().catch(() => undefined);
    throw error;
  }
}

async function start(options: SystemOptions, directory: string, guard: RunGuard, teardown: Teardown): Promise<System> {
  const step = steps(options.progress);
  const logDirectory = join(directory, 'log');
  const port = options.port ?? 0;
  await requireFreePort(port);
  const config = readConfig(resolve(options.config ?? join(PROJECT, 'config', 'local.json')));

  const authority = new Authority();
  const environment = options.environment ?? {};
  const foreignUrl = environment['MRT_DATABASE_URL'] || null;
  const scale = options.sampleScale ?? 1;
  const databases = await openDatabases({ config, directory, authority, foreignUrl, scale, step, teardown });
  const [deployment] = await Promise.all([
    step('synthesise the stack', async () => {
      const local = withDatabaseAddresses(config, databases.addresses);
      const assembly = await synthesise({ config: local, directory, processes: guard });
      const place = { stackName: `mrt-${config.stage}`, account: config.account, region: config.region };
      return readDeployment(assembly, place, options.changeTemplate);
    }),
    databases.start(),
  ]);
  const principals = principalsOf(deployment, authority);
  const [cognito, services] = await step('start Cognito, S3 and CloudWatch', () =>
    Promise.all([
      TokenEndpoint.start({ pool: deployment.pool, region: config.region }),
      startServices({ config, deployment, directory, authority, environment, teardown }),
    ]),
  );
  teardown.add(() => cognito.close());

  const addresses: LocalServices = {
    s3: services.s3.address.origin,
    cloudwatch: services.cloudwatch.address.origin,
    cognito: cognito.address,
    databaseCaFile: databases.caFile,
  };
  const compute = new Compute({ deployment, principals, services: addresses, logDirectory, processes: guard });
  teardown.add(() => compute.stop());
  await step('publish the keys', () => createCustomResources(deployment, compute.functions));
  teardown.add(startSchedules(deployment, compute.functions));

  const accessLog = createWriteStream(join(logDirectory, 'access.log'), { flags: 'a', mode: 0o600 });
  teardown.add(() => accessLog.end());
  const keys = issuerKeys(cognito.jwksAddress);
  const gateway = new Gateway({
    api: deployment.api,
    place: { account: config.account, apiId: deployment.api.id, stage: deployment.api.stage },
    keysOf: () => keys,
    integration: (route) => compute.integrationOf(route),
    writeAccessLine: (line) => accessLog.write(`${line}\n`),
  });
  const address = `http://127.0.0.1:${await gateway.listen(port)}`;
  teardown.add(() => gateway.close());

  const endpoints: Endpoints = {
    api: address,
    token_endpoint: `${cognito.address}/oauth2/token`,
    ...sampleClient(cognito, deployment),
    issuer: cognito.signer.issuer,
    ...services.addresses,
    postgres: databases.direct(),
    environment: 'shop-prod',
  };
  writeEndpoints(directory, endpoints);
  teardown.add(() => removeEndpoints(directory));
  return {
    ...{ endpoints, deployment, authority, principals, databases, services, compute, logDirectory },
    token: (wish) => issuedToken(cognito, deployment.clientNames, wish),
    rotateKeys: () => cognito.signer.rotate(),
    publish: () => runSchedules(deployment, compute.functions),
    stop: () => teardown.run(),
  };
}

function sampleClient({ pool }: TokenEndpoint, { clientNames }: Deployment) {
  const machines = pool.clients.filter((client) => client.hasSecret);
  // Another configuration may have no client of this name: its first one serves.
  const client = machines.find(({ id }) => clientNames[id] === SAMPLE_CLIENT) ?? machines[0];
  if (client === undefined) throw new Error('the configuration has no machine client');
  return { client_id: client.id, client_secret: pool.secretOf(client) ?? '' };
}
