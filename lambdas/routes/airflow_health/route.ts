import * as z from 'zod/mini';
import { choice, described, flag, integer, named, text } from '../../parameters.ts';
import { days, pastRecord } from '../../record/past-schema.ts';
import type { Route } from '../../route.ts';
import { growth, history } from './history-schema.ts';
import { DAG_STATES, row } from './row-schema.ts';
import { airflow, components, missing, mwaa } from './state-schema.ts';
import { summary } from './summary-schema.ts';

/** A month: what Airflow keeps of runs, and what a question may cost, both have an end. */
const MAX_WINDOW_HOURS = 720;
/** Airflow's own limit of a DAG's id, and of a tag. */
const MAX_NAME = 250;

const sum = (what: string) => described(z.nullable(z.number()), `${what} \`null\`: not known.`);

export const route = {
  name: 'airflow_health',
  path: '/airflow_health',
  summary: 'How the DAGs of an Airflow are.',
  scopes: ['mrt/airflow.read'],
  needs: ['airflow', 'airflow_metrics'],
  environment: true,
  parameters: {
    window_hours: z.optional(
      described(integer(1, MAX_WINDOW_HOURS), 'Hours that runs are counted for, up to now. Default 24.'),
    ),
    dag: z.optional(
      described(text(MAX_NAME), 'One DAG by its id, or several by a pattern such as `etl_*`. Narrows the summary too.'),
    ),
    tag: z.optional(described(text(MAX_NAME), 'DAGs with this tag. Narrows the summary too.')),
    state: z.optional(described(choice(...DAG_STATES), 'DAGs in this state; the states are explained at `state`.')),
    summary: z.optional(described(flag(), 'Instead of rows: all DAGs together.')),
    days: days('With `summary=true`: `history` and `growth` of the figures of all DAGs,'),
  },
  rows: 'dags',
  record: { view: 'airflow_health', history: true, changes: false, needed: false },
  fleet: {
    asks: 'summary',
    may: [],
    summary: z.object({
      airflow: described(airflow, 'Which Airflow it is.'),
      mwaa: described(z.nullable(mwaa), 'What AWS says of it. `null`: not of MWAA.'),
      components: described(z.nullable(components), 'Airflow’s own parts. `null`: not known.'),
      dags: described(summary, 'All DAGs together, of the last day.'),
      missing: described(z.array(missing), 'What belongs here and could not be had, with the reason.'),
    }),
    total: z.object({
      dags: sum('DAGs.'),
      failing: sum('DAGs whose last run failed.'),
      late: sum('DAGs with a run that is late.'),
      import_errors: sum('Files that cannot be read.'),
    }),
    distinct: false,
  },
  csv: {
    columns: [
      'environment',
      'dag',
      'state',
      'reason',
      'schedule',
      'next_run',
      'late_by_s',
      'last_run.state',
      'last_run.started',
      'last_run.ended',
      'last_run.duration_s',
      'runs.success',
      'runs.failed',
      'success_rate',
      'duration_p50_s',
      'duration_p95_s',
      'failed_tasks',
      'owners',
      'tags',
    ],
    leftOut: ['before'],
    notWith: ['summary', 'days'],
  },
  answer: z.object({
    environment: described(z.string(), 'Name of the environment.'),
    source: described(z.literal('airflow'), 'Where the figures are from.'),
    as_of: described(z.string(), 'When Airflow was asked.'),
    airflow: named('Airflow', 'Which Airflow it is, and how the API comes in.', airflow),
    window: described(
      z.object({
        hours: described(z.int(), 'Its length.'),
        from: described(z.string(), 'Its start; the window before ends here.'),
        until: described(z.string(), 'Its end: when the reading began.'),
      }),
      'The time that runs are counted for.',
    ),
    mwaa: z.optional(described(z.nullable(mwaa), 'What AWS says of it. `null`: not of MWAA. On the first page only.')),
    components: z.optional(
      described(z.nullable(components), 'Airflow’s own parts. `null`: not known. On the first page only.'),
    ),
    summary: z.optional(
      described(
        z.nullable(summary),
        'All DAGs together. `null`: not all could be read in time; `summary=true` goes on by its cursor. On the first ' +
          'page of rows, and with `summary=true`, where a page that is not `complete` has the sums so far.',
      ),
    ),
    dags: z.optional(
      described(
        z.nullable(z.array(row)),
        'The DAGs of this page, in Airflow’s order. `null`: not known. Not with `summary`.',
      ),
    ),
    import_errors: z.optional(
      described(
        z.nullable(
          z.array(
            z.object({
              file: described(z.string(), 'The file.'),
              message: described(
                z.string(),
                'The last line of Airflow’s error, 500 letters at most, without what looks like a secret.',
              ),
            }),
          ),
        ),
        'Files that Airflow cannot read DAGs from, 50 at most. `null`: not known. On the first page only.',
      ),
    ),
    history,
    growth,
    record: pastRecord,
    missing: described(
      z.array(named('MissingPart', 'What belongs into the answer and is not there.', missing)),
      'What belongs here and is not, with the reason. Empty when `complete`.',
    ),
  }),
} as const satisfies Route;
