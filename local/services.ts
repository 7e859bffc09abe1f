/** S3 and CloudWatch with the sample apps' objects and metrics, or foreign ones behind the same doors. */
import { join } from 'node:path';
import type { Deployment } from '@mrt/local-aws/cloudformation/deployment.ts';
import { startCloudWatch } from '@mrt/local-aws/cloudwatch/service.ts';
import type { Endpoint } from '@mrt/local-aws/endpoint/endpoint.ts';
import { foreignEndpoint } from '@mrt/local-aws/endpoint/foreign.ts';
import type { Authority } from '@mrt/local-aws/iam/iam.ts';
import { startS3 } from '@mrt/local-aws/s3/service.ts';
import type { Config } from '../config/schema.ts';
import { VARIABLES } from '../lambdas/contract.ts';
import { emptyBucket, sampleStore } from './samples/buckets.ts';
import { sampleMetrics } from './samples/metrics.ts';
import type { Teardown } from './teardown.ts';

export interface ServicesOptions {
  config: Config;
  deployment: Deployment;
  directory: string;
  authority: Authority;
  /** Where `AWS_ENDPOINT_URL_S3` and `AWS_ENDPOINT_URL_CLOUDWATCH` are looked for. */
  environment: NodeJS.ProcessEnv;
  teardown: Teardown;
}

export interface Services {
  /** The doors that functions speak to. */
  s3: Endpoint;
  cloudwatch: Endpoint;
  /** Where a script finds them: the foreign addresses when those are given. */
  addresses: { s3: string; cloudwatch: string };
}

export async function startServices(options: ServicesOptions): Promise<Services> {
  const { config, deployment, directory, authority, environment, teardown } = options;
  const foreign = {
    s3: foreignEndpoint('AWS_ENDPOINT_URL_S3', environment),
    cloudwatch: foreignEndpoint('AWS_ENDPOINT_URL_CLOUDWATCH', environment),
  };
  const samples = sampleStore(config.region);
  // The key bucket belongs to the stack and not to an environment: it is ours in either case.
  const store = foreign.s3 === null ? samples : new Map<string, never>();
  const metrics = sampleMetrics(samples);
  const keyBucket = keyBucketOf(deployment);
  const s3 = await startS3({
    ...{ authority, foreign: foreign.s3, directory: join(directory, 's3'), writable: [keyBucket] },
    store: new Map([...store, [keyBucket, emptyBucket(keyBucket, config.region)]]),
  });
  teardown.add(() => s3.stop());
  const cloudwatch = await startCloudWatch({ authority, metrics, foreign: foreign.cloudwatch });
  teardown.add(() => cloudwatch.stop());
  return {
    s3,
    cloudwatch,
    addresses: {
      s3: (foreign.s3?.endpoint ?? s3.address).origin,
      cloudwatch: (foreign.cloudwatch?.endpoint ?? cloudwatch.address).origin,
    },
  };
}

function keyBucketOf({ functions }: Deployment): string {
  const name = functions.map(({ variables }) => variables[VARIABLES.keyBucket]).find(Boolean);
  if (name === undefined) throw new Error(`no function of the template has the variable ${VARIABLES.keyBucket}`);
  return name;
}
