/**
 * Live listing of a bucket, against `rclone size`, the AWS CLI and the SDK's paginator on the same endpoint. Server and
 * listers are processes of their own; times are of whole processes, as the peers' can only be. The short listings are the median of five.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type S3Process, spawnS3 } from '@mrt/local-aws/s3/process.ts';
import { KEY_SHAPES } from '@mrt/local-aws/s3/synthetic.ts';
import type { Figure } from './figure.ts';
import { awsCli, bundled, FUNCTION_OPTIONS, type Run, rclone, timed } from './lister-process.ts';
import { medianBy } from './median.ts';

const MANY = 1_000_000;
const SOME = 200_000;
const PAGE_MS = 20;
/** A short listing takes a third of a second, of which one run says little. */
const SHORT_RUNS = 5;

interface Listed {
  objects: number;
  cpu_s: number;
  rss_mb: number;
}

type Print = (line: Figure) => void;

export async function figures(print: Print): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'mrt-bench-'));
  try {
    const lister = new Lister(work);
    await flat(print, lister);
    await shapes(print, lister);
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** One bucket of UUID keys, as Mendix makes them. */
async function flat(print: Print, lister: Lister): Promise<void> {
  const s3 = await spawnS3([
    { bucket: 'many', shape: 'uuid', count: MANY },
    { bucket: 'some', shape: 'uuid', count: SOME },
  ]);
  try {
    await s3.setConditions({ delay_ms: PAGE_MS, faults: [] });
    const ours = await lister.ours(s3, 'many', MANY);
    const name = `listing of 1 M UUID keys at ${PAGE_MS} ms a page`;
    print(against(name, 'rclone size', ours, MANY, await rclone(s3, 'many'), MANY, '≥ 20'));
    print(against(name, 'SDK paginator', ours, MANY, await lister.paginator(s3, 'many', MANY), MANY, '-'));
    print(against(name, 'aws s3 ls, 200 k keys', ours, MANY, await awsCli(s3, 'some'), SOME, '-'));
    print(memory('memory of that listing', ours));

    await s3.setConditions({ delay_ms: 0, faults: [] });
    const fast = await lister.ours(s3, 'many', MANY);
    const sdk = await lister.paginator(s3, 'some', SOME);
    print(perCpuSecond(fast, sdk));
    print(memory('memory at 0 ms a page', fast));
  } finally {
    await s3.stop();
  }
}

/**
 * All key spaces, most of which no even split fits. The peer is first, so that the server's code is compiled when ours is
 * measured. A sequential peer's rate does not depend on how many keys there are.
 */
async function shapes(print: Print, lister: Lister): Promise<void> {
  for (const shape of KEY_SHAPES) {
    const s3 = await spawnS3([
      { bucket: 'some', shape, count: SOME },
      { bucket: 'many', shape, count: MANY },
    ]);
    try {
      await s3.setConditions({ delay_ms: PAGE_MS, faults: [] });
      const peer = await rclone(s3, 'some');
      const some = await lister.oursOften(s3, 'some', SOME);
      const many = await lister.ours(s3, 'many', MANY);
      const name = (keys: string) => `listing of ${keys} keys (${shape}) at ${PAGE_MS} ms`;
      print(against(name('200 k'), 'rclone size', some, SOME, peer, SOME, '≥ 15'));
      print(against(name('1 M'), 'rclone size, 200 k keys', many, MANY, peer, SOME, '≥ 20'));
    } finally {
      await s3.stop();
    }
  }
}

class Lister {
  readonly #ours: string;
  readonly #paginator: string;
  constructor(work: string) {
    this.#ours = bundled(work, 'bucket_size-listing');
    this.#paginator = bundled(work, 'bucket_size-paginator');
  }
  ours(s3: S3Process, bucket: string, objects: number): Promise<Run & Listed> {
    return listed(s3, [...FUNCTION_OPTIONS, this.#ours, bucket], objects);
  }
  /** The run of the median time. */
  async oursOften(s3: S3Process, bucket: string, objects: number): Promise<Run & Listed> {
    const runs = [];
    for (let run = 0; run < SHORT_RUNS; run++) runs.push(await this.ours(s3, bucket, objects));
    return medianBy(runs, ({ seconds }) => seconds);
  }
  paginator(s3: S3Process, bucket: string, objects: number): Promise<Run & Listed> {
    return listed(s3, [...FUNCTION_OPTIONS, this.#paginator, bucket], objects);
  }
}

async function listed(s3: S3Process, args: string[], objects: number): Promise<Run & Listed> {
  const run = await timed(process.execPath, args, s3);
  const result = JSON.parse(run.output) as Listed;
  if (result.objects !== objects) throw new Error(`${result.objects} objects were listed, not ${objects}`);
  return { ...run, ...result };
}

function against(
  name: string,
  peer: string,
  ours: Run,
  ourKeys: number,
  theirs: Run | null,
  theirKeys: number,
  goal: string,
): Figure {
  const rate = (run: Run, keys: number) => `${run.seconds.toFixed(2)} s, ${Math.round(keys / run.seconds / 1_000)} k/s`;
  if (theirs === null) return { name, ours: rate(ours, ourKeys), theirs: `${peer}: not installed`, ratio: '-', goal };
  const ratio = ourKeys / ours.seconds / (theirKeys / theirs.seconds);
  return {
    name,
    ours: rate(ours, ourKeys),
    theirs: `${peer}: ${rate(theirs, theirKeys)}`,
    ratio: `${ratio.toFixed(1)}x faster`,
    goal,
  };
}

function perCpuSecond(ours: Listed, sdk: Listed): Figure {
  const rate = (listed: Listed) => listed.objects / listed.cpu_s;
  const thousand = (keys: number) => `${Math.round(keys / 1_000)} k keys per CPU-second`;
  return {
    name: 'listing of 1 M UUID keys at 0 ms a page',
    ours: thousand(rate(ours)),
    theirs: `SDK paginator: ${thousand(rate(sdk))}`,
    ratio: `${(rate(ours) / rate(sdk)).toFixed(1)}x`,
    goal: '≥ 14',
  };
}

function memory(name: string, ours: Listed): Figure {
  return { name, ours: `${Math.round(ours.rss_mb)} MB RSS`, theirs: '-', ratio: '-', goal: '≤ 150 MB' };
}
