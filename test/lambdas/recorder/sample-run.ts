/** Runs of the recorder over made-up environments: their sources are ports, the store is in memory, all else is real. */
import { type Context, Deadline, Timing } from '../../../lambdas/context.ts';
import type { NamedEnvironment } from '../../../lambdas/exchange.ts';
import { UserCatalogMemory } from '../../../lambdas/mendix/users/catalog-memory.ts';
import { runRecorder } from '../../../lambdas/recorder/run.ts';
import type { AskAudit } from '../../../lambdas/recorder/storage-audit.ts';
import type { Upstreams } from '../../../lambdas/recorder/upstreams.ts';
import { noKeptFiles } from '../../../lambdas/routes/micro_flow_constants/stored-file.ts';
import { DatabaseUnavailableError } from '../../../lambdas/upstream-errors.ts';
import type { MemoryStore } from './memory-store.ts';

const KEY = { version: 'v1', key: Buffer.alloc(32, 7).toString('base64'), created: '2026-01-01T00:00:00Z' };

/** A constant's value by environment and name; what a test changes between two runs. */
export type Values = Record<string, Record<string, string>>;

export function environmentOf(name: string, secret: string[] = [], tenant?: string): NamedEnvironment {
  return {
    name,
    ...(tenant !== undefined && { tenant, reader: { tenant, role: `arn:aws:iam::111122223333:role/${tenant}` } }),
    labels: {},
    offers: ['bucket_size', 'micro_flow_constants'],
    buckets: [{ bucket: `${name}-files`, region: 'eu-west-1', prefix: null, key_pattern: null }],
    constants: {
      archive: null,
      overrides: [{ name: 'config', format: 'json_map', bucket: 'config', region: 'eu-west-1', key: name }],
      secret,
      not_secret: [],
      secrecy: 'strict',
    },
  };
}

export interface Sources {
  values: Values;
  /** Bytes of every bucket. */
  bytes?: number;
  /** Days before the run of CloudWatch's newest figures; 1: of yesterday. Default 2. */
  late?: number;
  /** Names of environments whose files cannot be read. */
  unreadable?: ReadonlySet<string>;
  /** Called at each question. */
  asked?: (source: string) => void | Promise<void>;
  /** Audits environments, one after the other. */
  audit?: AskAudit;
  /** Those that are audited; left out: all. */
  audited?: readonly string[];
  /** Another number is another key of cursors. */
  key?: number;
  /** Another number is another key of fingerprints, of the same version: as it is made anew after a leak. */
  fingerprintKey?: number;
  /** Constants that are masked whatever they hold. */
  secret?: string[];
  /** By environment, the tenant that has a role of its own. */
  tenants?: Readonly<Record<string, string>>;
}

function upstreamsOf(
  { values, bytes = 100, late = 2, unreadable, asked, audit, key = 1, fingerprintKey = 7 }: Sources,
  now: Date,
): Upstreams {
  const fingerprint = { ...KEY, key: Buffer.alloc(32, fingerprintKey).toString('base64') };
  const current = { ...KEY, version: `v${key}`, key: Buffer.alloc(32, key).toString('base64') };
  const keys = async () => ({ fingerprint, identity: KEY, cursor: { current } });
  const away = () => Promise.reject(new DatabaseUnavailableError('server', 'unreachable'));
  const databases = { on: () => ({ query: away, each: away }) };
  return {
    buckets: {
      async averages(queries) {
        await asked?.('cloudwatch');
        const day = Math.floor(now.getTime() / 86_400_000 - late) * 86_400_000;
        return queries.map(({ dimensions: { StorageType } }) => {
          const value = StorageType === 'AllStorageTypes' ? 3 : StorageType === 'StandardStorage' ? bytes : null;
          return { points: new Map(value === null ? [] : [[day, value]]), complete: true };
        });
      },
      known: async () => [],
      list: away,
      uploads: away,
    },
    tables: { databases, freeStorage: away },
    users: { databases, catalogs: new UserCatalogMemory(), keys },
    constants: {
      kept: noKeptFiles(),
      keys,
      objects: {
        newest: async () => null,
        async read({ key }) {
          await asked?.(key);
          if (unreadable?.has(key)) return away();
          const body = Buffer.from(JSON.stringify(values[key] ?? {}));
          const etag = `"${body.toString('hex')}"`;
          return { body, etag, last_modified: new Date('2026-11-01T00:00:00Z'), size: body.length, version_id: null };
        },
      },
      deployedModel: async () => null,
    },
    audit: audit ?? away,
    keys,
    airflow: () => Promise.reject(new Error('no environment has an Airflow')),
    identities: away,
  };
}

/** One run. @param now decides its day and its slot */
export function runOnce(
  store: MemoryStore,
  names: readonly string[],
  sources: Sources,
  now: Date,
  options: { run?: string; seconds?: number; side_by_side?: number } = {},
) {
  const { run = now.toISOString(), seconds = 60, side_by_side = 2 } = options;
  // The lease ends by the run's own clock; deadlines by the machine's.
  const deadline = new Deadline(Date.now() + seconds * 1000);
  const context: Context = { deadline, timing: new Timing() };
  return runRecorder({
    store,
    upstreams: () => upstreamsOf(sources, now),
    version: '1.0.0',
    environments: names.map((name) => ({
      ...environmentOf(name, sources.secret, sources.tenants?.[name]),
      ...(sources.audit &&
        (sources.audited ?? names).includes(name) && {
          offers: ['bucket_size', 'micro_flow_constants', 'storage_audit'],
        }),
    })),
    context,
    run,
    now,
    every_minutes: 15,
    side_by_side,
  });
}
