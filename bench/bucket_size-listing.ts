/** Lists one bucket as `/bucket_size` does and says what it took; `bucket_size.ts` runs it in a process of its own. */
import { Deadline, Timing } from '../lambdas/context.ts';
import { listBucket } from '../lambdas/upstreams/s3/listing/listing.ts';

const [bucket = ''] = process.argv.slice(2);
const started = process.cpuUsage();
const { tally } = await listBucket(
  {
    bucket,
    region: process.env['AWS_REGION'] ?? '',
    what: 'objects',
    position_bytes: 4_000,
    rules: { prefix: '', pattern: null, pattern_after: '', depth: 0 },
  },
  null,
  { deadline: new Deadline(Date.now() + 300_000), timing: new Timing() },
);
const cpu = process.cpuUsage(started);
process.stdout.write(
  JSON.stringify({
    objects: tally.current.objects,
    cpu_s: (cpu.user + cpu.system) / 1e6,
    rss_mb: process.resourceUsage().maxRSS / 1_024,
  }),
);
