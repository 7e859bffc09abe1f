/** What `cdk deploy` does, on this machine: from the configuration to functions that can be called, with all that they ask. */
import { type Deployment, readDeployment } from '@mrt/local-aws/cloudformation/deployment.ts';
import { createCustomResources, startSchedules } from '@mrt/local-aws/cloudformation/stack-functions.ts';
import { assumeExecutionRoles, type FunctionPrincipals } from '@mrt/local-aws/iam/execution-roles.ts';
import type { Iam } from '@mrt/local-aws/iam/iam.ts';
import { Functions } from '@mrt/local-aws/lambda/functions.ts';
import type { Config } from '../config/schema.ts';
import type { Databases } from './data/databases.ts';
import { logDirectoryOf, type Run } from './run/run.ts';
import { placesOf, type Services, startServices } from './services.ts';
import type { AssemblyCache } from './stack/assembly-cache.ts';
import { synthesise } from './stack/synthesis.ts';
import type { SystemOptions } from './system-options.ts';

export interface DeployOptions {
  config: Config;
  iam: Iam;
  /** Where the databases listen; what is behind them need not be there yet. */
  databases: Pick<Databases, 'addresses' | 'caFile'>;
  cache: AssemblyCache;
  /** Where addresses of foreign services are looked for. */
  environment: NodeJS.ProcessEnv;
  changeTemplate: SystemOptions['changeTemplate'];
  run: Run;
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
  const { config, iam, databases, cache, environment, changeTemplate, run } = options;
  const deployment = await run.runTask('synthesise the stack', async () => {
    const assembly = await synthesise({ app: 'stage', config, addresses: databases.addresses, cache, run });
    const place = { stackName: `mrt-${config.stage}`, account: config.account, region: config.region };
    return readDeployment(assembly, place, changeTemplate);
  });
  const principals = assumeExecutionRoles(deployment, iam);
  const services = await run.runTask('start Cognito, S3 and CloudWatch', () =>
    startServices({ config, deployment, iam, environment, run }),
  );
  const functions = new Functions({
    deployment,
    principals,
    local: placesOf(services, databases.caFile),
    logDirectory: logDirectoryOf(run),
    logFault: run.events.logFault,
    processes: run.processes,
  });
  run.teardown.add(() => functions.stop());
  await run.runTask('publish the keys', () => createCustomResources(deployment, functions.byArn));
  run.teardown.add(startSchedules(deployment, functions.byArn));
  return { deployment, principals, services, functions };
}
