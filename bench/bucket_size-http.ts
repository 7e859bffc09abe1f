/**
 * The whole way of a listing: over HTTP from a function that starts for it, beside a client that knows what no lister can,
 * on the S3 of the local run.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withoutThrottles } from '@mrt/local-aws/cloudformation/without-throttles.ts';
import { Bucket } from '@mrt/local-aws/s3/store.ts';
import { SyntheticObjects, syntheticKeys } from '@mrt/local-aws/s3/synthetic.ts';
import { type System, startSystem } from '../local/system.ts';
import type { Figure } from './figure.ts';
import { bundled, FUNCTION_OPTIONS, type S3Endpoint, timed } from './lister-process.ts';
import { median } from './median.ts';

const MANY = 1_000_000;
const PAGE_MS = 20;
const TURNS = 5;
const CONNECTIONS = 64;
const BUCKET = 'shop-prod-files';

export async function figures(print: (figure: Figure) => void): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'mrt-bench-listing-'));
  const system = await startSystem({ directory, sampleScale: 0.05, changeTemplate: withoutThrottles });
  try {
    const keys = syntheticKeys('uuid', MANY);
    const objects = new SyntheticObjects(keys);
    system.buckets.set(BUCKET, new Bucket({ name: BUCKET, region: 'eu-west-1', objects }));
    system.s3.faults.delay_ms = PAGE_MS;
    const splits = Array.from({ length: CONNECTIONS }, (_, index) => keys[((index + 1) * MANY) / CONNECTIONS - 1]);
    const splitsFile = join(directory, 'splits.json');
    writeFileSync(splitsFile, JSON.stringify(splits));
    const args = [...FUNCTION_OPTIONS, bundled(directory, 'bucket_size-raw'), BUCKET, splitsFile];
    const ours: number[] = [];
    const raw: number[] = [];
    for (let turn = 0; turn < TURNS; turn++) {
      const run = await timed(process.execPath, args, endpointOf(system));
      requireAll((JSON.parse(run.output) as { objects: number }).objects);
      raw.push(run.seconds);
      ours.push(await listCold(system));
    }
    const [cold, known] = [median(ours), median(raw)];
    print({
      name: `/bucket_size over HTTP from a cold function, 1 M UUID keys at ${PAGE_MS} ms a page`,
      ours: `${cold.toFixed(2)} s`,
      theirs: `${CONNECTIONS} connections that know the splits: ${known.toFixed(2)} s`,
      ratio: `${(cold / known).toFixed(2)}×`,
      goal: '≤ 1.3×',
    });
  } finally {
    await system.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Seconds of the first request of a function that no instance is there for. */
async function listCold(system: System): Promise<number> {
  system.functions.restart();
  const headers = { authorization: `Bearer ${await system.token()}` };
  const started = performance.now();
  const response = await fetch(`${system.endpoints.api}/bucket_size?environment=shop-prod&source=listing`, { headers });
  const { buckets } = (await response.json()) as { buckets: { object_count: number }[] };
  requireAll(buckets[0]?.object_count);
  return (performance.now() - started) / 1_000;
}

function requireAll(objects: number | undefined): void {
  if (objects !== MANY) throw new Error(`${objects} objects were listed, not ${MANY}`);
}

/** With the keys of the function that the other way uses. */
function endpointOf({ endpoints, principals }: System): S3Endpoint {
  const principal = [...principals.values()].find(({ name }) => name === 'bucket_size');
  if (principal === undefined) throw new Error('the stack has no function for /bucket_size');
  return { address: new URL(endpoints.s3), region: 'eu-west-1', ...principal };
}
