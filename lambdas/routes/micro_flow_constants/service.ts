/** `GET /micro_flow_constants` with what it reads. */
import { type Context, Deadline } from '../../context.ts';
import { type OpenRecord, openedRecord } from '../../record/opened.ts';
import { serviceOf } from '../../service.ts';
import { postgres } from '../../upstreams/postgres/databases.ts';
import { newestObject } from '../../upstreams/s3/newest.ts';
import { readSource } from '../../upstreams/s3/objects.ts';
import { deployedModel } from './deployed-model.ts';
import { constantsOverTime } from './past.ts';
import { noKeptFiles } from './stored-file.ts';
import type { Upstreams } from './upstreams.ts';

/** Lives as long as this process. */
const kept = noKeptFiles();

/** The database only adds which model is deployed: constants do not wait longer for it than this. */
const MAX_DATABASE_MS = 3000;

export const service = serviceOf({
  domain: constantsOverTime,
  upstreams: (context, settings, keys): Upstreams & { record: OpenRecord } => ({
    record: openedRecord(context, settings),
    kept,
    keys,
    objects: {
      newest: (at) => newestObject(at, context),
      read: (at, options) => readSource(at, options, context),
    },
    deployedModel: (database) => {
      const limits = { connections: settings.limits.database_connections_per_instance };
      return deployedModel(postgres(hurried(context), limits).on(database));
    },
  }),
  past: (request, upstreams, present) => constantsOverTime(request, upstreams, new Date(), present),
});

/** The same request with less time. */
function hurried(context: Context): Context {
  return { ...context, deadline: new Deadline(Math.min(context.deadline.at, Date.now() + MAX_DATABASE_MS)) };
}
