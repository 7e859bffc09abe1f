/** Lists one bucket with the SDK's paginator and says what it took; `bucket_size.ts` runs it in a process of its own. */
import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { credentials } from '../lambdas/upstreams/credentials.ts';

const [bucket = ''] = process.argv.slice(2);
const client = new S3Client({
  endpoint: process.env['AWS_ENDPOINT_URL_S3'] ?? '',
  forcePathStyle: true,
  // Bundled as the functions are, without the default chain.
  credentials: async () => credentials(),
});
const started = process.cpuUsage();
let objects = 0;
let bytes = 0;
// As the others ask: the endpoint has its entries ready in this form.
for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, EncodingType: 'url' })) {
  for (const { Size } of page.Contents ?? []) {
    objects++;
    bytes += Size ?? 0;
  }
}
const cpu = process.cpuUsage(started);
process.stdout.write(
  JSON.stringify({
    objects,
    bytes,
    cpu_s: (cpu.user + cpu.system) / 1e6,
    rss_mb: process.resourceUsage().maxRSS / 1_024,
  }),
);
