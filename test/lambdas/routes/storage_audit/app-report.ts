/** A report of an app's bucket as S3 writes it, its keys given by DuckDB as Athena would give them. */
import type { Bucket } from '@mrt/local-aws/s3/store.ts';
import type { Bucket as BucketSettings } from '../../../../lambdas/environment-settings.ts';
import type { KeyFile } from '../../../../lambdas/inventory/key-file.ts';
import type { InventorySource } from '../../../../lambdas/routes/storage_audit/report-side.ts';
import { inventoryReport, type ReportObject } from '../../../../local/samples/inventory-report.ts';
import { REGION } from '../../../packages/local-aws/s3/client.ts';
import { engineOver } from '../../inventory/asked-report.ts';

/** Where the configuration says that it is. */
export const REPORT_PLACE: NonNullable<BucketSettings['inventory']> = {
  bucket: 'reports',
  region: REGION,
  prefix: 'p/',
  format: 'parquet',
  schedule: 'daily',
  fields: null,
  table: '"reports"."one"',
  workgroup: 'keys',
};

/** One report. Queries of it take as long as `slow` says. */
export class AppReport {
  readonly objects: ReportObject[];
  /** Statements in the order of their start. */
  readonly asked: string[] = [];
  readonly stopped: string[] = [];
  /** Times that a query is said to run yet. */
  slow = 0;
  readonly #answers = new Map<string, Buffer>();
  readonly #tokens = new Map<string, string>();

  constructor(objects: ReportObject[]) {
    this.objects = objects;
  }

  /** Of all that is there now. */
  static async of(bucket: Bucket, made = new Date()): Promise<AppReport> {
    return new AppReport(
      inventoryReport({
        source: bucket,
        destination: 'reports',
        prefix: 'p/',
        format: 'parquet',
        made,
        rowsOfAFile: 7,
      }),
    );
  }

  /** What the route is handed. */
  source(look: InventorySource['look']): InventorySource {
    return {
      look,
      reports: {
        keys: async (_, prefix, suffix) =>
          this.objects.map(({ key }) => key).filter((key) => key.startsWith(prefix) && key.endsWith(suffix)),
        text: async (_, key) => this.objects.find((one) => one.key === key)?.body.toString('utf8') ?? '',
      },
      queries: {
        start: async ({ sql, token }) => {
          const id = this.#tokens.get(token) ?? String(this.asked.push(sql) - 1);
          this.#tokens.set(token, id);
          return id;
        },
        stop: async (id) => void this.stopped.push(id),
        stateOf: async (id) => {
          if (this.slow > 0) {
            this.slow -= 1;
            return { state: 'running' };
          }
          return { state: 'succeeded', bytes_scanned: 1, reused: false, output: `s3://answers/keys/${id}.csv` };
        },
      },
      file: async (address) => fileOf(await this.#answerOf(/(\d+)\.csv$/.exec(address)?.[1] ?? '')),
    };
  }

  async #answerOf(id: string): Promise<Buffer> {
    const kept = this.#answers.get(id);
    if (kept !== undefined) return kept;
    const { columns, rows } = await engineOver(this.objects, 'parquet').run(this.asked[Number(id)] ?? '');
    const line = (cells: readonly (string | null)[]) =>
      `${cells.map((cell) => (cell === null ? '' : `"${cell.replaceAll('"', '""')}"`)).join(',')}\n`;
    const answer = Buffer.from([columns, ...rows].map(line).join(''));
    this.#answers.set(id, answer);
    return answer;
  }
}

/** A file in memory. */
export function fileOf(bytes: Buffer): KeyFile {
  return { size: bytes.length, read: async (from, to) => bytes.subarray(from, to) };
}
