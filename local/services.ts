/** What stands in for AWS beside the functions and the databases: each service that this stage's stack asks, started together. */
import type { Deployment } from '@mrt/local-aws/cloudformation/deployment.ts';
import { TokenEndpoint } from '@mrt/local-aws/cognito/token-endpoint.ts';
import type { Iam } from '@mrt/local-aws/iam/iam.ts';
import type { LocalVariables } from '@mrt/local-aws/lambda/environment.ts';
import type { HttpService } from '@mrt/local-aws/service/http-service.ts';
import { isStsNeeded, startSts } from '@mrt/local-aws/sts/service.ts';
import type { Federation } from '@mrt/local-aws/sts/web-identity.ts';
import type { Config } from '../config/schema.ts';
import { VARIABLES } from '../lambdas/contract.ts';
import { type RegionalBroker, startRegionalBroker } from './accounts/regional-broker.ts';
import { type ManagedAirflows, startManagedAirflows } from './airflow/managed-airflows.ts';
import { federationOf, type PipelineIssuers, startPipelineIssuers } from './airflow/pipeline-issuers.ts';
import { type Storage, startS3AndCloudWatch } from './data/s3-and-cloudwatch.ts';
import { openLog, type Run } from './run/run.ts';

export interface ServicesOptions {
  config: Config;
  deployment: Deployment;
  iam: Iam;
  /** Where addresses of foreign services are looked for. */
  environment: NodeJS.ProcessEnv;
  /** Its folder holds what the services keep. */
  run: Run;
}

/** `null`: nothing in the stack asks the service. */
export interface Services {
  cognito: TokenEndpoint;
  /** S3 and CloudWatch, and Athena over them. */
  storage: Storage;
  /** Where one role is taken by another. */
  sts: HttpService | null;
  /** Of pipelines' id tokens. */
  issuers: PipelineIssuers;
  /** IoT Core of the stage's account. */
  regional: RegionalBroker | null;
  /** MWAA with its Airflows. */
  airflows: ManagedAirflows | null;
}

/** STS, with what the account's trail has of it beside the functions' logs. */
async function startStsOnRecord(options: ServicesOptions, federation: Federation): Promise<HttpService> {
  const { deployment, iam, run } = options;
  const trail = openLog(run, 'cloudtrail');
  const writeTrail = (record: string) => trail.write(`${record}\n`);
  const sts = await startSts({ iam, roles: deployment.roles, federation, writeTrail });
  run.teardown.add(() => sts.stop());
  return sts;
}

/** @throws Error when a foreign address is none, or the template has no key bucket */
export async function startServices(options: ServicesOptions): Promise<Services> {
  const { config, deployment, iam, environment, run } = options;
  const { directory, teardown } = run;
  const { pool, roles } = deployment;
  const [cognito, storage] = await Promise.all([
    TokenEndpoint.start({ pool, region: config.region }),
    startS3AndCloudWatch({ config, deployment, directory, iam, environment, teardown }),
  ]);
  teardown.add(() => cognito.close());
  const issuers = await startPipelineIssuers(config, deployment, cognito, teardown);
  const sts = isStsNeeded(roles) ? await startStsOnRecord(options, federationOf(deployment, issuers)) : null;
  const regional = config.agents === undefined ? null : await startRegionalBroker({ config, deployment, iam, run });
  const airflows = await startManagedAirflows(config, iam, directory, environment['MRT_AIRFLOW_URL']);
  if (airflows !== null) teardown.add(() => airflows.mwaa.stop());
  return { cognito, storage, sts, issuers, regional, airflows };
}

/**
 * What is different in a function's environment on this machine: where each service is.
 *
 * @param caFile of the certificates that the databases show
 */
export function placesOf(services: Services, caFile: string): LocalVariables {
  const { cognito, storage, sts, issuers, regional, airflows } = services;
  return {
    s3: storage.s3.address.origin,
    cloudwatch: storage.cloudwatch.address.origin,
    cognito: cognito.address,
    iot: regional?.broker.address.origin ?? null,
    sts: sts?.address.origin ?? null,
    athena: storage.athena?.address.origin ?? null,
    further: airflows?.variables ?? {},
    application: { [VARIABLES.databaseCaFile]: caFile, ...issuers.variables },
  };
}
