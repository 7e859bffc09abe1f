/**
 * Many sample environments at little cost (`MRT_SAMPLES=60`): each is a copy of the pet shop by name. To the API they are
 * environments of their own, on ten servers with a database each; behind the listeners there is one database, and what
 * lies in their buckets is the pet shop's.
 */
import { Bucket } from '@mrt/local-aws/s3/store.ts';
import type { Config } from '../../config/schema.ts';

const MODEL = 'pet-shop-prod';
export const MAX_SAMPLES = 1_000;
const SERVERS = 10;
/** More would not fit into the policies of a role; from there on, environments share buckets, as some companies do. */
const BUCKETS = 100;
/** Some databases of the same company have the same name: this tells ours from all of the others. */
const DATABASE = /^sample_\d{4}$/;
const BUCKET = /^samples-files-\d{2}$/;

/** @param text of `MRT_SAMPLES`; empty: none @throws Error that says what it may be */
export function sampleCount(text: string | undefined): number {
  if (!text) return 0;
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= MAX_SAMPLES) return count;
  throw new Error(`MRT_SAMPLES must be 1 to ${MAX_SAMPLES}, not ${text}`);
}

/**
 * The configuration with so many environments more, which the sample client may read: `shop-sample-0001` …
 *
 * @throws Error where the configuration has no pet shop to copy
 */
export function withSamples(config: Config, count: number): Config {
  if (count === 0) return config;
  const model = config.environments[MODEL];
  const server = config.databases[model?.database?.server ?? ''];
  if (model?.database === undefined || server === undefined) {
    throw new Error(`MRT_SAMPLES copies ${MODEL}, which the configuration does not have with a database`);
  }
  const { instance_identifier: _, ...plain } = server;
  const database = model.database;
  const servers = Array.from({ length: Math.min(SERVERS, count) }, (_, i): [string, Config['databases'][string]] => [
    serverOf(i),
    { ...plain, resource_id: `db-SAMPLES${i}`, security_group: `sg-${String(100 + i).padStart(17, '0')}` },
  ]);
  const samples = Array.from({ length: count }, (_, i): [string, Config['environments'][string]] => [
    `shop-sample-${numbered(i + 1, 4)}`,
    {
      ...model,
      labels: {
        app: `sample-${numbered(i % 20, 2)}`,
        stage: ['prod', 'acc', 'test'][i % 3] ?? 'prod',
        team: 'samples',
      },
      buckets: [{ bucket: `samples-files-${numbered(i % BUCKETS, 2)}` }],
      database: { ...database, server: serverOf(i % SERVERS), name: `sample_${numbered(i + 1, 4)}` },
    },
  ]);
  return {
    ...config,
    databases: { ...config.databases, ...Object.fromEntries(servers) },
    environments: { ...config.environments, ...Object.fromEntries(samples) },
  };
}

/** The database that stands behind one of a sample; `null`: it is none. */
export function databaseBehind(name: string, { environments }: Config): string | null {
  return DATABASE.test(name) ? (environments[MODEL]?.database?.name ?? null) : null;
}

/** The samples' buckets, with the objects of the pet shop's. */
export function sampleFleetBuckets({ environments }: Config, store: ReadonlyMap<string, Bucket>): Bucket[] {
  const model = store.get(environments[MODEL]?.buckets?.[0]?.bucket ?? '');
  if (model === undefined) return [];
  const named = Object.values(environments).flatMap(({ buckets = [] }) => buckets.map(({ bucket }) => bucket));
  const own = [...new Set(named)].filter((name) => BUCKET.test(name));
  return own.map((name) => new Bucket({ name, region: model.region, objects: model.objects }));
}

function serverOf(place: number): string {
  return `samples-${place}-db`;
}

function numbered(number: number, digits: number): string {
  return String(number).padStart(digits, '0');
}
