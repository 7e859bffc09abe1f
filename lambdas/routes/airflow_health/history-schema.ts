/** The recorded days of an Airflow, in the answer to `days`. Schemas only. */
import * as z from 'zod/mini';
import { described } from '../../parameters.ts';
import { countGrowth, date } from '../../record/past-schema.ts';
import { DAG_STATES } from './row-schema.ts';

const known = (what: string) => described(z.nullable(z.int()), `${what} \`null\`: not known.`);

const day = z.object({
  date,
  runs: described(
    z.object({
      success: known('Runs that ended well.'),
      failed: known('Runs that ended as failed.'),
    }),
    'Runs that ended within the 24 hours before the first recording of the day, which is minutes after midnight.',
  ),
  success_rate: described(
    z.nullable(z.number()),
    'Share of them that succeeded, 0 to 1. `null`: none ended, or it is not known.',
  ),
  dags: known('All DAGs.'),
  states: described(
    z.record(z.enum([...DAG_STATES, 'unknown']), z.nullable(z.int())),
    'DAGs by state at that recording. `null`: not known.',
  ),
  import_errors: known('Files that Airflow could not read DAGs from.'),
});

export const history = z.optional(
  described(
    z.nullable(z.array(day)),
    'With `days`: a point a day, oldest first; a day without a recording is left out. `null`: `record` says why.',
  ),
);

export const growth = z.optional(
  described(
    z.nullable(
      z.object({
        dags: described(z.nullable(countGrowth), 'Of all DAGs. `null` under 7 points.'),
        failed_runs: described(z.nullable(countGrowth), 'Of the runs that failed in a day. `null` under 7 points.'),
      }),
    ),
    'With `days`: where the figures lead. `null`: there is no history.',
  ),
);
