/** S3 and CloudWatch with the sample apps' objects and metrics, or foreign ones behind the same checks. */
import { join } from 'node:path';
import { type AthenaService, startAthena } from '@mrt/local-aws/athena/service.ts';
import type { Deployment } from '@mrt/local-aws/cloudformation/deployment.ts';
import { startCloudWatch } from '@mrt/local-aws/cloudwatch/service.ts';
import type { Iam } from '@mrt/local-aws/iam/iam.ts';
import { KeptObjects } from '@mrt/local-aws/s3/kept-objects.ts';
import { startS3 } from '@mrt/local-aws/s3/service.ts';
import { type Bucket, etagOf } from '@mrt/local-aws/s3/store.ts';
import { foreignService } from '@mrt/local-aws/service/foreign-service.ts';
import type { HttpService } from '@mrt/local-aws/service/http-service.ts';
import { inventoryResults } from '../../config/inventory-names.ts';
import type { Config } from '../../config/schema.ts';
import { VARIABLES } from '../../lambdas/contract.ts';
import { LEASE_KEY } from '../../lambdas/record/layout.ts';
import type { Teardown } from '../run/teardown.ts';
import { emptyBucket, sampleStore } from '../samples/buckets.ts';
import { sampleFleetBuckets } from '../samples/fleet.ts';
import { inventoryBuckets } from '../samples/inventories.ts';
import { sampleMetrics } from '../samples/metrics.ts';
import { type RecordObjects, writePast } from '../samples/record/past.ts';

/** What the two services of a run are made of. */
export interface StorageOptions {
  config: Config;
  deployment: Deployment;
  /** Objects that functions write are kept in its `s3` folder. */
  directory: string;
  iam: Iam;
  /** Where `AWS_ENDPOINT_URL_S3` and `AWS_ENDPOINT_URL_CLOUDWATCH` are looked for. */
  environment: NodeJS.ProcessEnv;
  teardown: Teardown;
}

/** The two services that hold what a Mendix app stores and what AWS measures of it. */
export interface Storage {
  /** What functions speak to, with the faults that a test asks for. */
  s3: HttpService;
  cloudwatch: HttpService;
  /** `null`: the stack has no workgroup. */
  athena: AthenaService | null;
  /** What S3 and Athena answer from, by name; one that is put in another's place is seen with the next request. */
  buckets: Map<string, Bucket>;
  /** Where a script finds them: the foreign addresses when those are given. */
  addresses: { s3: string; cloudwatch: string };
  /** Puts ninety days behind what is recorded today; nothing happens in a stage that records nothing. */
  recordPast(): Promise<void>;
}

/** @throws Error when a foreign address is none, or the template has no key bucket */
export async function startS3AndCloudWatch(options: StorageOptions): Promise<Storage> {
  const { config, deployment, directory, iam, environment, teardown } = options;
  const foreign = {
    s3: foreignService('AWS_ENDPOINT_URL_S3', environment),
    cloudwatch: foreignService('AWS_ENDPOINT_URL_CLOUDWATCH', environment),
  };
  const samples = sampleStore(config.region);
  if (config.tenants !== undefined) {
    const { bankBuckets } = await import('../samples/banks.ts');
    for (const bucket of bankBuckets(config.region)) samples.set(bucket.name, bucket);
  }
  for (const bucket of sampleFleetBuckets(config, samples)) samples.set(bucket.name, bucket);
  const reports = foreign.s3 === null ? inventoryBuckets(config, samples, new Date()) : new Map<string, never>();
  const results = config.inventory === undefined ? [] : [emptyBucket(inventoryResults(config), config.region)];
  // Keys and record belong to the stack and not to an environment: they are ours in either case.
  const store = foreign.s3 === null ? samples : new Map<string, never>();
  const metrics = sampleMetrics(samples);
  const { keyBucket, recordBucket } = ownBuckets(deployment);
  const own = [keyBucket, ...(recordBucket === undefined ? [] : [recordBucket])].map((name) =>
    emptyBucket(name, config.region),
  );
  const record = own.find(({ name }) => name === recordBucket);
  const folder = join(directory, 's3');
  const all = new Map<string, Bucket>([
    ...store,
    ...reports,
    ...[...own, ...results].map((bucket) => [bucket.name, bucket] as const),
  ]);
  // Nobody runs any more who could hold it: the folder is this run's alone.
  if (recordBucket !== undefined) new KeptObjects(folder).drop(recordBucket, LEASE_KEY);
  const s3 = await startS3({
    iam,
    foreign: foreign.s3,
    directory: folder,
    writable: own.map(({ name }) => name),
    store: all,
  });
  teardown.add(() => s3.stop());
  const cloudwatch = await startCloudWatch({ iam, metrics, foreign: foreign.cloudwatch });
  teardown.add(() => cloudwatch.stop());
  const { athena: deployed, place } = deployment;
  const athena =
    deployed.workgroups.length === 0
      ? null
      : await startAthena({ iam, deployed, place, store: all, directory: join(directory, 'athena') });
  if (athena !== null) teardown.add(() => athena.stop());
  return {
    s3,
    cloudwatch,
    athena,
    buckets: all,
    addresses: {
      s3: (foreign.s3?.address ?? s3.address).origin,
      cloudwatch: (foreign.cloudwatch?.address ?? cloudwatch.address).origin,
    },
    recordPast: async () => {
      if (record === undefined) return;
      const measured = foreign.cloudwatch === null ? metrics : [];
      await writePast(recordObjects(record, new KeptObjects(folder)), measured, new Date());
    },
  };
}

/** As the recorder would read and write them, past IAM: no function is at work here. */
function recordObjects(bucket: Bucket, kept: KeptObjects): RecordObjects {
  return {
    keys: () => Array.from({ length: bucket.objects.length }, (_, index) => bucket.objects.at(index)?.key ?? ''),
    read: (key) => bucket.object(key)?.body ?? null,
    write(key, body) {
      const object = {
        key,
        body,
        size: body.length,
        etag: etagOf(body),
        last_modified: new Date(),
        storage_class: 'STANDARD',
        version_id: 'null',
      };
      bucket.put(object);
      kept.keep(bucket.name, object);
    },
  };
}

/** The key bucket, and that of the record where there is one. */
function ownBuckets({ functions }: Deployment): { keyBucket: string; recordBucket: string | undefined } {
  const named = (variable: string) => functions.map(({ variables }) => variables[variable]).find(Boolean);
  const keyBucket = named(VARIABLES.keyBucket);
  if (keyBucket === undefined) throw new Error(`no function of the template has the variable ${VARIABLES.keyBucket}`);
  const recordBucket = named(VARIABLES.recordBucket);
  return { keyBucket, recordBucket };
}
