import { door } from '../../door/door.ts';
import type { Model } from '../../mendix/constants-model.ts';
import type { Overrides } from '../../mendix/overrides-setting.ts';
import { newestObject } from '../../sources/s3-newest.ts';
import { readObject } from '../../sources/s3-objects.ts';
import { microFlowConstants } from './constants.ts';
import { deployedModel } from './deployed-model.ts';
import { KnownContent } from './known-content.ts';
import type { Sources } from './reading.ts';
import { route } from './route.ts';

const warm = { models: new KnownContent<Model>(), overrides: new KnownContent<Overrides>() };

export const handler = door(
  route,
  microFlowConstants,
  (context, settings): Sources => ({
    ...warm,
    objects: {
      newest: (at) => newestObject(at, context),
      read: (at, options) => readObject(at, options, context),
    },
    deployedModel: async (database) => {
      // Loaded while S3 answers: pg is two thirds of this function's cold start and only one of its sources.
      const { postgres } = await import('../../sources/postgres.ts');
      const limits = { connections: settings.limits.database_connections_per_instance };
      return deployedModel(postgres(context, limits).on(database));
    },
  }),
);
