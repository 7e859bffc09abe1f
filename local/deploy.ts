/** What `cdk deploy` does, on this machine: from the configuration to functions that can be called, with all that they ask. */
import { join } from 'node:path';
import { type Deployment, readDeployment } from '@mrt/local-aws/cloudformation/deployment.ts';
import { createCustomResources, startSchedules } from '@mrt/local-aws/cloudformation/stack-functions.ts';
import { assumeExecutionRoles, type FunctionPrincipals } from '@mrt/local-aws/iam/execution-roles.ts';
import type { Iam } from '@mrt/local-aws/iam/iam.ts';
import { Functions } from '@mrt/local-aws/lambda/functions.ts';
import type { ProcessRegister } from '@mrt/local-aws/lambda/running-function.ts';
import type { Config } from '../config/schema.ts';
import type { Databases } from './data/databases.ts';
import type { RunEvents } from './run/events.ts';
import type { TaskRunner } from './run/tasks.ts';
import type { Teardown } from './run/teardown.ts';
import { placesOf, type Services, startServices } from './services.ts';
import type { AssemblyCache } from './stack/assembly-cache.ts';
import { synthesise } from './stack/synthesis.ts';
import type { SystemOptions } from './system-options.ts';

export interface DeployOptions {
  config: Config;
  /** Where the databases listen; what is behind them need not be there yet. */
  databases: Pick<Databases, 'addresses' | 'caFile'>;
  cache: AssemblyCache;
  iam: Iam;
  directory: string;
  environment: NodeJS.ProcessEnv;
  changeTemplate: SystemOptions['changeTemplate'];
  processes: ProcessRegister;
  /** Ends a synthesis that is under way. */
  signal: AbortSignal;
  runTask: TaskRunner;
  events: RunEvents;
  teardown: Teardown;
}

/** The stack as it stands in its account. */
export interface DeployedStack {
  deployment: Deployment;
  /** The caller that each function is to AWS, by its ARN. */
  principals: FunctionPrincipals;
  services: Services;
  functions: Functions;
}

/** @throws Error that says what is wrong with the configuration or a part */
export async function deploy(options: DeployOptions): Promise<DeployedStack> {
  const { config, databases, cache, iam, directory, environment, processes, signal, runTask, events, teardown } =
    options;
  const { addresses, caFile } = databases;
  const deployment = await runTask('synthesise the stack', async () => {
    const assembly = await synthesise({ config, addresses, cache, directory, processes, signal });
    const place = { stackName: `mrt-${config.stage}`, account: config.account, region: config.region };
    return readDeployment(assembly, place, options.changeTemplate);
  });
  const principals = assumeExecutionRoles(deployment, iam);
  const services = await runTask('start Cognito, S3 and CloudWatch', () =>
    startServices({ config, deployment, directory, iam, environment, events, teardown }),
  );
  const functions = new Functions({
    deployment,
    principals,
    local: placesOf(services, caFile),
    logDirectory: join(directory, 'log'),
    logFault: events.logFault,
    processes,
  });
  teardown.add(() => functions.stop());
  await runTask('publish the keys', () => createCustomResources(deployment, functions.byArn));
  teardown.add(startSchedules(deployment, functions.byArn));
  return { deployment, principals, services, functions };
}
