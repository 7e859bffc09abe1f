import { type Context, Deadline } from '../../context.ts';
import { routeHandler } from '../../http/route-handler.ts';
import type { Model } from '../../mendix/constants/model.ts';
import type { Overrides } from '../../mendix/constants/overrides/overrides.ts';
import { postgres } from '../../upstreams/postgres/databases.ts';
import { newestObject } from '../../upstreams/s3/newest.ts';
import { readObject } from '../../upstreams/s3/objects.ts';
import { microFlowConstants } from './constants.ts';
import { deployedModel } from './deployed-model.ts';
import { KnownContent } from './known-content.ts';
import type { Sources } from './reading.ts';
import { route } from './route.ts';

const warm = { models: new KnownContent<Model>(), overrides: new KnownContent<Overrides>() };

/** The database only adds which model is deployed: constants do not wait longer for it than this. */
const DATABASE_MS = 3000;

export const handler = routeHandler(
  route,
  microFlowConstants,
  (context, settings, keys): Sources => ({
    ...warm,
    keys,
    objects: {
      newest: (at) => newestObject(at, context),
      read: (at, options) => readObject(at, options, context),
    },
    deployedModel: (database) => {
      const limits = { connections: settings.limits.database_connections_per_instance };
      return deployedModel(postgres(hurried(context), limits).on(database));
    },
  }),
);

function hurried(context: Context): Context {
  return { ...context, deadline: new Deadline(Math.min(context.deadline.at, Date.now() + DATABASE_MS)) };
}
