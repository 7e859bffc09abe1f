/** `GET /table_size` with what it reads. */

import { openedRecord } from '../../record/opened.ts';
import { InvalidParameterError } from '../../request-errors.ts';
import { serviceOf } from '../../service.ts';
import { freeStorage } from '../../upstreams/cloudwatch/free-storage.ts';
import { postgres } from '../../upstreams/postgres/databases.ts';
import { MAX_LOCK_WAIT_MS } from './measurement.ts';
import { tableSizesOverTime } from './past.ts';

export const service = serviceOf({
  domain: tableSizesOverTime,
  upstreams: (context, settings) => ({
    databases: postgres(context, {
      connections: settings.limits.database_connections_per_instance,
      lockTimeoutMs: MAX_LOCK_WAIT_MS,
    }),
    freeStorage: (instance) => freeStorage(instance, settings.region, context),
    record: openedRecord(context, settings),
  }),
  past: async (request, upstreams, present) => {
    if (request.parameters.order_by === 'growth') {
      // The order is made where the tables are, and the growth is known where the record is.
      const message =
        'cannot be growth for an environment of another account: ask with days, and order the rows of all pages by their growth';
      throw new InvalidParameterError([{ parameter: 'order_by', message }]);
    }
    return tableSizesOverTime(request, upstreams, new Date(), (asked) => present(asked));
  },
});
