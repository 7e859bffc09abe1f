/** The recorder's entry: on a schedule, with its own role and the whole configuration. */
import type { Context as LambdaContext } from 'aws-lambda';
import { type Context, Deadline, Timing } from '../context.ts';
import { KEY_OBJECTS, VARIABLES } from '../contract.ts';
import type { Answer } from '../exchange.ts';
import { type KeyObject, parseKeyObject } from '../keys/object.ts';
import { keysOf } from '../keys/of-tenant.ts';
import { UserCatalogMemory } from '../mendix/users/catalog-memory.ts';
import { readHashedIdentities } from '../mendix/users/identities.ts';
import { requiredVariable } from '../required-variable.ts';
import type { Route } from '../route.ts';
import { route as bucketSize } from '../routes/bucket_size/route.ts';
import { deployedModel } from '../routes/micro_flow_constants/deployed-model.ts';
import { route as microFlowConstants } from '../routes/micro_flow_constants/route.ts';
import { noKeptFiles } from '../routes/micro_flow_constants/stored-file.ts';
import { route as audit } from '../routes/storage_audit/route.ts';
import { storageAudit } from '../routes/storage_audit/storage-audit.ts';
import { MAX_LOCK_WAIT_MS } from '../routes/table_size/measurement.ts';
import { route as tableSize } from '../routes/table_size/route.ts';
import { route as users } from '../routes/users/route.ts';
import { readSettings } from '../settings-file.ts';
import { KeysUnavailableError } from '../upstream-errors.ts';
import { freeStorage } from '../upstreams/cloudwatch/free-storage.ts';
import { knownMetrics, metricAverages } from '../upstreams/cloudwatch/metrics.ts';
import { postgres } from '../upstreams/postgres/databases.ts';
import { listBucket } from '../upstreams/s3/listing/listing.ts';
import { unfinishedUploads } from '../upstreams/s3/listing/uploads.ts';
import { newestObject } from '../upstreams/s3/newest.ts';
import { readObject } from '../upstreams/s3/objects.ts';
import { writableBucket } from '../upstreams/s3/writable-bucket.ts';
import { logFailure, logRun } from './log.ts';
import type { AskAgent } from './recording.ts';
import { runRecorder } from './run.ts';
import type { Upstreams } from './upstreams.ts';

/** What the function keeps for itself of the time that Lambda gives it. */
const LAMBDA_MARGIN_MS = 3_000;
/** The database only adds which model is deployed: constants do not wait longer for it than this. */
const MAX_MODEL_MS = 3_000;
const MAX_KEYS_BYTES = 200_000;

const settings = readSettings(import.meta.dirname);
const { recording } = settings;
if (recording === null) throw new Error('the configuration records nothing, so there is nothing to run');
const { every_minutes, side_by_side } = recording;
const keyBucket = requiredVariable(process.env, VARIABLES.keyBucket);
const store = writableBucket(requiredVariable(process.env, VARIABLES.recordBucket), settings.region);
/** Stay warm from run to run. */
const catalogs = new UserCatalogMemory();
const kept = noKeptFiles();

/** One run. What it throws is the function's error metric, and the next run goes on where it stopped. */
export async function handler(_event: unknown, lambda: LambdaContext): Promise<void> {
  const started = Date.now();
  const timing = new Timing();
  const deadline = new Deadline(started + lambda.getRemainingTimeInMillis() - LAMBDA_MARGIN_MS);
  const keys = keysOnce({ deadline, timing });
  const relay = relayOf(keys);
  const run = runRecorder({
    store,
    upstreams: (context, { tenant }) => upstreamsOf(context, () => keysOf(keys(), tenant), relay?.(context)),
    relay,
    version: settings.version,
    environments: Object.entries(settings.environments).map(([name, environment]) => ({ ...environment, name })),
    context: { deadline, timing },
    run: lambda.awsRequestId,
    now: new Date(started),
    every_minutes,
    side_by_side,
  });
  try {
    logRun(await run, settings.stage, Date.now() - started);
  } catch (error) {
    logFailure(error, settings.stage);
    // What S3 says names roles and addresses; Lambda would write it into the log.
    throw new Error('the run failed: see its line mrt.record');
  }
}

/** The API's own keys, read once a run. */
function keysOnce(context: Context): () => Promise<KeyObject> {
  let reading: Promise<KeyObject> | null = null;
  const read = async () => {
    const at = { name: 'keys', bucket: keyBucket, region: settings.region, key: KEY_OBJECTS.keys };
    try {
      const stored = await readObject(at, { max_bytes: MAX_KEYS_BYTES }, context);
      if (stored === 'not-modified') throw new Error('not asked for');
      return parseKeyObject(stored.body.toString('utf8'));
    } catch (cause) {
      throw new KeysUnavailableError('keys', { cause });
    }
  };
  return () => {
    reading ??= read();
    return reading;
  };
}

/** The routes that agents are asked by. */
const RELAYED: readonly Route[] = [bucketSize, tableSize, users, microFlowConstants, audit];

/** Asks the agents of other accounts, with tokens of the recorder's own. */
function relayOf(keys: () => Promise<KeyObject>): ((context: Context) => AskAgent) | undefined {
  if (process.env['MRT_WITH_AGENTS'] !== 'off' && settings.agents !== undefined) {
    return (context) => async (name, request) => {
      const { regionalRelay } = await import('../relay/regional.ts');
      const { recorderScopes } = await import('../relay/route-scopes.ts');
      const route = RELAYED.find((one) => one.name === name);
      if (route === undefined) throw new Error(`no agent serves ${name}`);
      const scopes = recorderScopes(route);
      const errand = { principal: null, tenant: null, scopes, reason: null, request_id: 'recorder' };
      const ofTenant = () => keysOf(keys(), request.environment.tenant);
      return regionalRelay(route, settings, request, errand, ofTenant, context) as unknown as Promise<
        Answer<never, never>
      >;
    };
  }
  return undefined;
}

/** As the routes' own handlers make them. */
function upstreamsOf(context: Context, keys: () => Promise<KeyObject>, ask: AskAgent | undefined): Upstreams {
  const { region } = settings;
  const limits = { connections: side_by_side };
  const databases = postgres(context, limits);
  return {
    buckets: {
      averages: (queries, period, from) => metricAverages(queries, period, from, context),
      known: (query, from) => knownMetrics(query, from, context),
      list: (request, position, deadline) => listBucket(request, position, { ...context, deadline }),
      uploads: (bucket, deadline) => unfinishedUploads(bucket, { ...context, deadline }),
    },
    tables: {
      databases: postgres(context, { ...limits, lockTimeoutMs: MAX_LOCK_WAIT_MS }),
      freeStorage: (instance) => freeStorage(instance, region, context),
    },
    users: { databases, catalogs, keys },
    constants: {
      kept,
      keys,
      objects: {
        newest: (at) => newestObject(at, context),
        read: (at, options) => readObject(at, options, context),
      },
      deployedModel: (database) => {
        const deadline = new Deadline(Math.min(context.deadline.at, Date.now() + MAX_MODEL_MS));
        return deployedModel(postgres({ ...context, deadline }, limits).on(database));
      },
    },
    async airflow() {
      if (process.env['MRT_WITH_AIRFLOW'] !== 'off') {
        const { airflowUpstreams } = await import('../upstreams/airflow/upstreams.ts');
        return airflowUpstreams(context);
      }
      throw new Error('the configuration has no Airflow');
    },
    audit: (request) => {
      if (request.environment.agent !== undefined && ask !== undefined) {
        return ask('storage_audit', request as never) as unknown as ReturnType<typeof storageAudit>;
      }
      return storageAudit(request, {
        databases,
        list: (listing, position, deadline) => listBucket(listing, position, { ...context, deadline }),
      });
    },
    keys,
    identities: (database, salt) =>
      catalogs.use(database, databases.on(database), (app) => readHashedIdentities(app, salt)),
  };
}
