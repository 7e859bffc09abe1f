/** Reads 90 days of the record as `/table_size` does and says what it took; `record.ts` runs it in a process of its own. */
import { Deadline, Timing } from '../lambdas/context.ts';
import { decodeHistory } from '../lambdas/record/history-reader.ts';
import { historyPrefix } from '../lambdas/record/layout.ts';
import { readPast } from '../lambdas/record/past.ts';
import { recordReader } from '../lambdas/record/reader.ts';
import { TableSeries } from '../lambdas/routes/table_size/table-series.ts';
import { readObject } from '../lambdas/upstreams/s3/objects.ts';
import { objectsBelow } from '../lambdas/upstreams/s3/objects-below.ts';

const [how = 'page'] = process.argv.slice(2);
const NOW = new Date('2026-11-26T12:00:00Z');
const PLACE = { name: 'record', bucket: 'record', region: 'eu-west-1' };
const context = { deadline: new Deadline(Date.now() + 300_000), timing: new Timing() };
/** As many as a page of `/table_size` has by default. */
const PAGE = new Set(Array.from({ length: 100 }, (_, i) => `module${i % 40}$entity_${i}`));

// What asks S3 is Node's own client: its requests and bodies are counted where they come in.
let [requests, bytes] = [0, 0];
const { subscribe } = await import('node:diagnostics_channel');
subscribe('http.client.response.finish', (message) => {
  const { response } = message as { response: { headers: Record<string, string> } };
  requests += 1;
  bytes += Number(response.headers['content-length'] ?? 0);
});

async function readTables(isAsked: (subject: string) => boolean): Promise<TableSeries> {
  const series = new TableSeries();
  const question = {
    route: 'table_size',
    environment: { name: 'shop' },
    days: 90,
    isAsked: ({ figure, subject }: { figure: string; subject: string }) =>
      figure.startsWith('database_') || (figure === 'table_total_bytes' && isAsked(subject)),
    takesAside(point: Parameters<TableSeries['add']>[0]) {
      if (point.figure !== 'table_total_bytes') return false;
      series.add(point);
      return true;
    },
  };
  const record = recordReader(PLACE.bucket, PLACE.region, context);
  const { days, record: past } = await readPast(async () => record, question, NOW);
  if (past.recorded_days !== 90) throw new Error(`${past.recorded_days} days, ${past.reason}`);
  series.recordedOn([...(days?.keys() ?? [])]);
  return series;
}

const started = performance.now();
if (how === 'everything') {
  const objects = await objectsBelow({ ...PLACE, prefix: historyPrefix('table_size'), suffix: '' }, context);
  const rows = [];
  for (const { key } of objects) {
    const file = await readObject({ ...PLACE, key }, { max_bytes: 100_000_000 }, context);
    if (file !== 'not-modified') rows.push(await decodeHistory(file.body));
  }
} else {
  const series = await readTables(how === 'page' ? (subject) => PAGE.has(subject) : () => true);
  for (const subject of series.subjects()) if (series.growthOf(subject) === null) throw new Error(subject);
}
const ms = performance.now() - started;
const rss = process.resourceUsage().maxRSS * 1_024;
process.stdout.write(JSON.stringify({ requests, bytes, ms, rss }));
