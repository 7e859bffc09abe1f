/** The upstreams of the load benchmark by themselves: what no route can be faster than. */
import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { Client } from 'pg';
import type { System } from '../local/system.ts';

const BARE_CALLS = 200;

/** Milliseconds of each of 200 calls, one after the other, by route. */
export async function bareCalls({ endpoints, principals, databases }: System): Promise<Map<string, number[]>> {
  const credentials = [...principals.values()];
  const of = (name: string) => ({
    credentials: credentials.find((one) => one.name === name) ?? { accessKeyId: '', secretAccessKey: '' },
  });
  const s3 = new S3Client({
    endpoint: endpoints.s3,
    region: 'eu-west-1',
    forcePathStyle: true,
    ...of('micro_flow_constants'),
  });
  const cloudwatch = new CloudWatchClient({
    endpoint: endpoints.cloudwatch,
    region: 'eu-west-1',
    ...of('bucket_size'),
  });
  const database = new Client(databases.postgres?.url('shop_prod'));
  await database.connect();
  const Dimensions = Object.entries({ BucketName: 'shop-prod-files', StorageType: 'StandardStorage' }).map(
    ([Name, Value]) => ({ Name, Value }),
  );
  const Metric = { Namespace: 'AWS/S3', MetricName: 'BucketSizeBytes', Dimensions };
  const span = { StartTime: new Date(Date.now() - 3 * 86_400_000), EndTime: new Date() };
  const MetricDataQueries = [{ Id: 'q', MetricStat: { Metric, Period: 86_400, Stat: 'Average' } }];
  const sizes =
    "SELECT relname, pg_total_relation_size(oid) AS size FROM pg_class WHERE relkind = 'r' ORDER BY size DESC LIMIT 10";
  const calls: Record<string, () => Promise<unknown>> = {
    '/bucket_size': () => cloudwatch.send(new GetMetricDataCommand({ ...span, MetricDataQueries })),
    '/table_size': () => database.query(sizes),
    '/users': () => database.query('SELECT id, name FROM "system$user" ORDER BY id LIMIT 10'),
    '/micro_flow_constants': () => s3.send(new ListObjectsV2Command({ Bucket: 'shop-deployments', Prefix: 'prod/' })),
  };
  const measured = new Map<string, number[]>();
  for (const [name, call] of Object.entries(calls)) {
    const times: number[] = [];
    for (let n = 0; n < BARE_CALLS; n++) {
      const started = performance.now();
      await call();
      times.push(performance.now() - started);
    }
    measured.set(name, times);
  }
  await database.end();
  return measured;
}
