/** An app whose files a test makes up: a database with Mendix's tables of files, and a bucket behind a real endpoint. */
import { compareKeys } from '@mrt/local-aws/s3/key-order.ts';
import { startS3 } from '@mrt/local-aws/s3/service.ts';
import { Bucket, etagOf, type StoredObject } from '@mrt/local-aws/s3/store.ts';
import type { HttpService } from '@mrt/local-aws/service/http-service.ts';
import { Client, Query } from 'pg';
import { Deadline, Timing } from '../../../../lambdas/context.ts';
import type { Bucket as BucketSettings, Database } from '../../../../lambdas/environment-settings.ts';
import type { KeyLayout } from '../../../../lambdas/mendix/files/key-layout.ts';
import type { AuditRequest } from '../../../../lambdas/routes/storage_audit/position.ts';
import { storageAudit } from '../../../../lambdas/routes/storage_audit/storage-audit.ts';
import { statementFault } from '../../../../lambdas/upstreams/postgres/fault.ts';
import { listBucket } from '../../../../lambdas/upstreams/s3/listing/listing.ts';
import { objectNow } from '../../../../lambdas/upstreams/s3/object-now.ts';
import { EVERYTHING, principal } from '../../../packages/local-aws/iam/principal.ts';
import { iamWith, REGION, storeOf } from '../../../packages/local-aws/s3/client.ts';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { actAs } from '../../process-credentials.ts';
import { AppReport, REPORT_PLACE } from './app-report.ts';

/** A row of `system$filedocument`. */
export interface Document {
  uuid: string | null;
  size: number;
  has_contents: boolean;
  entity: string;
  /** Left out: weeks ago. */
  created?: string;
}

/** A row of `system$unreferencedfile`. */
export interface Queued {
  uuid: string;
  state: string;
}

/** An object; `hours` since it was last written. */
export interface FileObject {
  key: string;
  size: number;
  hours: number;
}

const SCHEMA = `
CREATE TABLE "mendixsystem$entity" (id varchar(36) PRIMARY KEY, entity_name varchar(511), table_name varchar(255), superentity_id varchar(255));
INSERT INTO "mendixsystem$entity" VALUES ('170ce49d-f29c-4fac-99a6-b55e8a3aeb39', 'System.FileDocument', 'system$filedocument', NULL),
  ('4e336d7d-71e8-41f4-9f07-8f0646543e81', 'System.UnreferencedFile', 'system$unreferencedfile', NULL);
CREATE TABLE "system$filedocument" (id bigint PRIMARY KEY, hascontents boolean, size bigint, __uuid__ varchar(36),
  createddate timestamp, submetaobjectname varchar(255));
CREATE INDEX ON "system$filedocument" (__uuid__);
CREATE TABLE "system$unreferencedfile" (id bigint PRIMARY KEY, filekey varchar(36), state varchar(8));
CREATE SEQUENCE ids`;

const HOUR_MS = 3_600_000;
const BUCKET = 'shop-files';

const DATABASE: Database = {
  server: 'shop-db',
  host: 'localhost',
  port: 5432,
  name: 'shop',
  user: 'mrt_reader',
  instance_identifier: null,
  full_name_attributes: [],
  email_attributes: [],
  session_timeout_seconds: 600,
};

/** What a request asks. */
export interface Asked {
  parameters?: AuditRequest['parameters'];
  position?: AuditRequest['position'];
  limit?: number;
  milliseconds?: number;
  /** Keys a page of S3's. */
  page_keys?: number;
  /** Pages after which the time is up. */
  pages?: number;
}

function storedObject({ key, size, hours }: FileObject): StoredObject {
  return {
    key,
    size,
    last_modified: new Date(Date.now() - hours * HOUR_MS),
    etag: etagOf(key),
    storage_class: 'STANDARD',
    version_id: 'null',
    body: null,
  };
}

/** One app; `close` it in `afterAll`. */
export class FilesApp {
  readonly database: TestDatabase;
  readonly endpoint: HttpService;
  readonly client: Client;
  readonly #restore: () => void;
  #objects: StoredObject[] = [];
  readonly #store: Map<string, Bucket>;
  layout: KeyLayout = { prefix: '', shape: 'flat', suffix: '' };
  bucket: Partial<BucketSettings> = {};
  size_tolerance = 0;
  /** Milliseconds that the rest of a statement's rows takes after the first. */
  slow_rows_ms = 0;
  /** The newest report of the bucket, of some earlier time; `null`: there is none. */
  report: AppReport | null = null;
  /** Called before each statement and before each page: where others write. */
  meanwhile: (what: 'statement' | 'page') => Promise<unknown> = async () => undefined;

  private constructor(
    database: TestDatabase,
    endpoint: HttpService,
    client: Client,
    store: Map<string, Bucket>,
    restore: () => void,
  ) {
    this.database = database;
    this.endpoint = endpoint;
    this.client = client;
    this.#store = store;
    this.#restore = restore;
  }

  static async open(schema = SCHEMA): Promise<FilesApp> {
    const somebody = principal([EVERYTHING]);
    const store = storeOf();
    const endpoint = await startS3({ iam: iamWith(somebody), store });
    const restore = actAs(somebody, { AWS_ENDPOINT_URL_S3: endpoint.address.href });
    const database = await freshDatabase();
    const client = new Client({ connectionString: database.url });
    await client.connect();
    if (schema !== '') await client.query(schema);
    const app = new FilesApp(database, endpoint, client, store, restore);
    await app.fill([], [], []);
    return app;
  }

  async close(): Promise<void> {
    await this.client.end();
    await this.database.drop();
    this.#restore();
    await this.endpoint.stop();
  }

  /** Replaces everything. */
  async fill(documents: readonly Document[], queued: readonly Queued[], objects: readonly FileObject[]): Promise<void> {
    this.#objects = [];
    this.#store.set(BUCKET, new Bucket({ name: BUCKET, region: REGION, objects: this.#objects }));
    this.#objects.push(...objects.map(storedObject));
    this.#objects.sort((a, b) => compareKeys(a.key, b.key));
    await this.client.query('TRUNCATE "system$filedocument", "system$unreferencedfile"');
    await this.insert(documents);
    await this.enqueue(queued);
  }

  async insert(documents: readonly Document[]): Promise<void> {
    await this.client.query(
      `INSERT INTO "system$filedocument" SELECT nextval('ids'), has_contents, size, uuid, coalesce(created, '2026-10-05'), entity
       FROM json_to_recordset($1) AS d (uuid text, size bigint, has_contents boolean, entity text, created timestamp)`,
      [JSON.stringify(documents)],
    );
  }

  async enqueue(queued: readonly Queued[]): Promise<void> {
    await this.client.query(
      `INSERT INTO "system$unreferencedfile" SELECT nextval('ids'), uuid, state FROM json_to_recordset($1) AS q (uuid text, state text)`,
      [JSON.stringify(queued)],
    );
  }

  /** Deletes every document with the key. */
  async remove(uuid: string): Promise<void> {
    await this.client.query('DELETE FROM "system$filedocument" WHERE __uuid__ = $1', [uuid]);
  }

  /** Writes an object, as a PUT does. */
  put(object: FileObject): void {
    this.delete(object.key);
    this.#objects.push(storedObject(object));
    this.#objects.sort((a, b) => compareKeys(a.key, b.key));
  }

  /** Deletes an object, as a DELETE does: one that is not there is no error. */
  delete(key: string): void {
    const index = this.#objects.findIndex((object) => object.key === key);
    if (index >= 0) this.#objects.splice(index, 1);
  }

  /** S3 makes a report of the bucket as it is now. */
  async takeReport(made?: Date): Promise<void> {
    const source = this.#store.get(BUCKET);
    if (source === undefined) throw new Error('there is no bucket');
    this.report = await AppReport.of(source, made);
  }

  /** One request to the route's domain. */
  async ask({
    parameters = {},
    position = null,
    limit = 100,
    milliseconds = 20_000,
    page_keys,
    pages = Number.POSITIVE_INFINITY,
  }: Asked = {}) {
    const deadline = new Deadline(Date.now() + milliseconds);
    let asked = 0;
    const { prefix, shape, suffix } = this.layout;
    const bucket: BucketSettings = {
      bucket: BUCKET,
      region: REGION,
      prefix: prefix === '' ? null : prefix,
      key_pattern: null,
      files: { shape, suffix, size_tolerance: this.size_tolerance },
      ...(this.report !== null && { inventory: REPORT_PLACE }),
      ...this.bucket,
    };
    const environment = { name: 'shop', labels: {}, offers: ['storage_audit'], database: DATABASE, buckets: [bucket] };
    return storageAudit(
      {
        environment,
        parameters,
        limit,
        // Through JSON, as in a cursor.
        position: JSON.parse(JSON.stringify(position)),
        deadline,
        version: '0.0.0',
        clear: false,
        mayClear: false,
        other: null,
      },
      {
        databases: { on: () => this },
        ...(this.report !== null && {
          inventory: async () => {
            if (this.report === null) throw new Error('there is no report');
            const context = { deadline, timing: new Timing() };
            const source = this.report.source((address, key) => objectNow({ ...address, key }, context));
            const look: typeof source.look = async (address, key) => {
              await this.meanwhile('page');
              return source.look(address, key);
            };
            return { ...source, look };
          },
        }),
        list: (request, from, until) => {
          const { inspection } = request;
          const watched = inspection && {
            ...inspection,
            enough: () => inspection.enough() || asked >= pages,
            ready: async () => {
              asked++;
              await inspection.ready();
              await this.meanwhile('page');
            },
          };
          return listBucket(
            { ...request, ...(page_keys && { page_keys }), ...(watched && { inspection: watched }) },
            from,
            { deadline: until, timing: new Timing() },
          );
        },
      },
    );
  }

  async query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    await this.meanwhile('statement');
    return this.client.query<Row>(text, [...values]).then(
      ({ rows }) => rows,
      (error: unknown) => {
        throw statementFault(DATABASE.server, error);
      },
    );
  }

  async each<Row extends object>(text: string, values: readonly unknown[], onRow: (row: Row) => void): Promise<void> {
    await this.meanwhile('statement');
    await new Promise<void>((resolve, reject) => {
      const query = new Query<Row, unknown[]>(text, [...values]);
      query.on('row', onRow);
      query.on('end', () => setTimeout(resolve, this.slow_rows_ms));
      query.on('error', (error) => reject(statementFault(DATABASE.server, error)));
      this.client.query(query);
    });
  }
}
