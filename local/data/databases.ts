/** The databases of the configuration: listeners that check IAM tokens in front, the embedded PostgreSQL or a foreign one behind. */
import { join } from 'node:path';
import type { Iam } from '@mrt/local-aws/iam/iam.ts';
import { serverCertificate } from '@mrt/local-aws/rds/certificates.ts';
import { type DatabaseListeners, startDatabaseListeners } from '@mrt/local-aws/rds/listener.ts';
import type { Postgres } from '@mrt/local-aws/rds/postgres.ts';
import type { Config } from '../../config/schema.ts';
import { databaseUserOf } from '../../config/tenancy.ts';
import type { Endpoints } from '../endpoints-file.ts';
import { openLog, type Run } from '../run/run.ts';
import type { SampleName } from '../samples/database/apps.ts';
import { databaseBehind } from '../samples/fleet.ts';
import type { DatabaseAddresses } from '../stack/assembly-cache.ts';
import { prepareReaders, READER, requireSampleDatabase } from './sample-database.ts';
import { startSupervisedPostgres } from './supervised-postgres.ts';

/** The sample app of each environment that has one. */
const SAMPLES: Readonly<Record<string, SampleName>> = {
  'shop-prod': 'shop-prod',
  'shop-acc': 'shop-acc',
  'pet-shop-prod': 'pet-shop-prod',
  'bank-a-prod': 'bank-a-prod',
  'bank-b-prod': 'bank-b-prod',
  // In an account of its own: the same package as the pet shop's, with other data.
  'depot-prod': 'pet-shop-prod',
};
/** The environment that a foreign PostgreSQL stands for, and that `endpoints.json` is about. */
const MAIN: SampleName = 'shop-prod';
/** Nobody listens there: a database that is not to be had. */
const NOWHERE = 'postgresql://127.0.0.1:1/';

/** What the databases of a run are made of. */
export interface DatabasesOptions {
  config: Config;
  iam: Iam;
  /** Connection string of a foreign PostgreSQL; the embedded one is not started then. */
  foreignUrl: string | null;
  /** Share of the sample rows; 0: no PostgreSQL at all. */
  scale: number;
  /** Puts something else behind a database than `url`: a dead or a slow one. */
  behind?: ((database: string, url: string) => string) | undefined;
  /** Where to listen by preference, best first: an assembly that is kept names these ports. */
  keptAddresses: readonly DatabaseAddresses[];
  run: Run;
}

/** The databases of a run: their listeners at once, what is behind them after `start`. */
export interface Databases {
  /** Where the listeners are, by the server's name in the configuration. */
  addresses: DatabaseAddresses;
  caFile: string;
  /** Starts PostgreSQL and makes the sample apps. */
  start(): Promise<void>;
  /** The embedded one, for tests to stop and start; `null` before `start`, and without one. */
  readonly postgres: Postgres | null;
  /** PostgreSQL itself, past the listeners. */
  direct(): Endpoints['postgres'];
}

/** Opens the listeners, whose ports the synthesis needs; until `start` has ended they refuse everybody. */
export async function openDatabases(options: DatabasesOptions): Promise<Databases> {
  const { config, iam, foreignUrl, run } = options;
  const { directory, teardown, runTask, events } = run;
  const log = openLog(run, 'postgres');
  const { caFile, ...tls } = serverCertificate(directory);
  const main = config.environments[MAIN]?.database;
  let postgres: Postgres | null = null;
  let embedded = (_user: string) => NOWHERE;
  // The foreign one stands for one environment: whatever else lies on the same server is not there.
  const behind = (server: string, database: string, user: string) => {
    if (foreignUrl !== null && server === main?.server && database === main.name) return foreignUrl;
    const sample = databaseBehind(database, config);
    return sample === null ? embedded(user) : new URL(`/${sample}`, embedded(user)).href;
  };

  const listeners = await startOnKeptPorts(options.keptAddresses, (ports) =>
    startDatabaseListeners({
      iam,
      region: config.region,
      account: config.account,
      tls,
      servers: Object.entries(config.databases).map(([name, { resource_id }]) => ({
        name,
        resource_id,
        ...(ports[name] !== undefined && { port: ports[name].port }),
        backend(database, user) {
          const url = behind(name, database, user);
          return options.behind?.(database, url) ?? url;
        },
      })),
      log: (line) => log.write(`${new Date().toISOString()} ${line}\n`),
    }),
  );
  teardown.add(() => listeners.stop());

  return {
    addresses: Object.fromEntries([...listeners.ports].map(([name, port]) => [name, { host: 'localhost', port }])),
    caFile,
    async start() {
      if (foreignUrl !== null || options.scale === 0) return;
      const starting = runTask('start PostgreSQL', () =>
        startSupervisedPostgres({
          directory: join(directory, 'postgres'),
          log: (line) => log.write(`${line}\n`),
          progress: (message) => log.write(`${message}\n`),
          notice: events.notice,
          giveUp: events.failed,
        }),
      );
      // Also when another part of the start fails while this one is under way.
      teardown.add(async () => (await starting.catch(() => null))?.stop());
      postgres = await starting;
      const { url } = postgres;
      const samples = sampleDatabases(config, options.scale);
      await runTask('fill the sample databases', () =>
        Promise.all(samples.map((sample) => requireSampleDatabase(url, sample))),
      );
      const readers = samples.map(({ sample, name }) => ({ name, user: databaseUserOf(config, sample) ?? READER }));
      const password = await prepareReaders(url, readers);
      embedded = (user) => withLogin(url(''), user, password);
    },
    get postgres() {
      return postgres;
    },
    direct() {
      const { hostname, port, username, password, pathname } = new URL(foreignUrl ?? postgres?.url('') ?? NOWHERE);
      return {
        host: hostname,
        port: Number(port || 5432),
        database: decodeURIComponent(pathname.slice(1)) || (main?.name ?? ''),
        user: decodeURIComponent(username),
        password: decodeURIComponent(password),
      };
    },
  };
}

/** Listens at the first of the kept addresses that are all free, else on any free ports. */
async function startOnKeptPorts(
  kept: readonly DatabaseAddresses[],
  listen: (ports: DatabaseAddresses) => Promise<DatabaseListeners>,
): Promise<DatabaseListeners> {
  for (const addresses of kept) {
    try {
      return await listen(addresses);
    } catch {
      // Another run, or another program, has one of them.
    }
  }
  return listen({});
}

function sampleDatabases({ environments }: Config, scale: number) {
  return Object.entries(SAMPLES).flatMap(([environment, sample]) => {
    const database = environments[environment]?.database;
    return database === undefined ? [] : [{ sample, name: database.name, scale }];
  });
}

function withLogin(url: string, user: string, password: string): string {
  const login = new URL(url);
  login.username = user;
  login.password = password;
  return login.href;
}
