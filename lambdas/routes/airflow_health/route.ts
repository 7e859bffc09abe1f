import * as z from 'zod/mini';
import { choice, described, flag, integer, named, text } from '../../parameters.ts';
import type { Route } from '../../route.ts';
import { PARTS } from './parts-schema.ts';
import { DAG_STATES, row } from './row-schema.ts';

/** A month: what Airflow keeps of runs, and what a question may cost, both have an end. */
const MAX_WINDOW_HOURS = 720;
/** Airflow's own limit of a DAG's id, and of a tag. */
const MAX_NAME = 250;

const count = z.int().check(z.gte(0));
const known = z.nullable(count);
const heartbeat = described(z.nullable(z.string()), 'Its last sign of life. `null`: it gave none.');
const component = (what: string) =>
  described(
    z.nullable(
      z.object({
        status: described(z.nullable(z.string()), '`healthy` or `unhealthy`, as Airflow says.'),
        heartbeat,
      }),
    ),
    `${what} \`null\`: this Airflow has none, or says nothing of it.`,
  );

const ended = z.object({
  success: described(count, 'Runs that ended well.'),
  failed: described(count, 'Runs that ended as failed.'),
});
const rate = described(z.nullable(z.number()), 'Share of the ended runs that succeeded, 0 to 1. `null`: none ended.');

const summary = z.object({
  dags: described(count, 'DAGs that Airflow has, without those that are gone from its files.'),
  paused: described(count, 'Of them, those that are paused.'),
  states: described(
    z.record(z.enum([...DAG_STATES, 'unknown']), count),
    'DAGs by state; `unknown` for those whose state could not be told.',
  ),
  import_errors: described(known, 'Files that Airflow cannot read DAGs from. `null`: not known.'),
  runs: described(
    z.nullable(
      z.object({
        ...ended.shape,
        running: described(known, 'Runs under way. `null`: not known.'),
        queued: described(known, 'Runs that wait. `null`: not known.'),
      }),
    ),
    'Runs that ended in the window, and those under way. `null`: not known.',
  ),
  success_rate: rate,
  before: described(
    z.nullable(z.object({ runs: described(ended, 'Runs that ended in it.'), success_rate: rate })),
    'The same for the window before. `null`: not known.',
  ),
  late: described(known, 'DAGs with a run that is late, whatever their state. `null`: not known.'),
  running_long: described(known, 'DAGs with a run that takes long, whatever their state. `null`: not known.'),
  failed_tasks: described(known, 'Tasks of which an instance failed in the window. `null`: not known.'),
  pools: described(
    z.nullable(
      z.array(
        z.object({
          pool: described(z.string(), 'Its name.'),
          slots: described(z.int(), 'Its slots; -1 for a pool without limit.'),
          occupied: described(z.int(), 'Slots in use: running and queued.'),
          running: described(z.int(), 'Of them, those of tasks that run.'),
          queued: described(z.int(), 'Of them, those of tasks that wait for a worker.'),
          open: described(z.int(), 'Slots that are free.'),
        }),
      ),
    ),
    '`null`: not known.',
  ),
  queue: described(
    z.nullable(
      z.object({
        scheduled: described(count, 'Task instances that the scheduler will queue.'),
        queued: described(count, 'Task instances that wait for a worker.'),
        running: described(count, 'Task instances that run.'),
      }),
    ),
    'Task instances by what they wait for, of all DAGs. `null`: not known.',
  ),
});

const figure = (what: string) => described(z.nullable(z.number()), `${what} \`null\`: CloudWatch has none.`);
const usage = z.object({
  cpu_percent: figure('Mean use of CPU.'),
  memory_percent: figure('Mean use of memory.'),
});
const metrics = z.object({
  as_of: described(z.nullable(z.string()), 'The minute of the newest of these. `null`: there is none.'),
  queued_tasks: figure('Tasks in MWAA’s queue.'),
  running_tasks: figure('Tasks that its workers run.'),
  oldest_task_age_s: figure('Seconds that the oldest task in the queue has waited.'),
  database_connections: figure('Connections to its metadata database.'),
  scheduler: described(usage, 'Its schedulers.'),
  workers: described(usage, 'Its base workers.'),
  web_server: described(usage, 'Its web servers.'),
});

const components = z.object({
  metadatabase: described(z.nullable(z.string()), '`healthy` or `unhealthy`.'),
  scheduler: component('Makes runs and gives tasks out.'),
  triggerer: component('Waits for deferred tasks.'),
  dag_processor: component('Reads the files.'),
});

const mwaa = z.object({
  status: described(z.nullable(z.string()), '`AVAILABLE`, `UPDATING`, `MAINTENANCE` … `null`: not known.'),
  class: described(z.nullable(z.string()), '`mw1.small` … `null`: not known.'),
  last_update: described(z.nullable(z.string()), '`SUCCESS`, `PENDING`, `FAILED`. `null`: none, or not known.'),
  metrics: described(z.nullable(metrics), 'MWAA’s own figures, from CloudWatch. `null`: not known.'),
});

const airflow = z.object({
  version: described(z.nullable(z.string()), '`3.1.2`. `null`: not known.'),
  api: described(z.nullable(z.enum(['v1', 'v2'])), 'v1 of Airflow 2, v2 of Airflow 3. `null`: not known.'),
  authentication: described(z.enum(['token', 'basic', 'mwaa']), 'By what the API comes in.'),
  role: described(z.nullable(z.string()), 'Airflow’s role that it comes in as, with MWAA. `null`: the account’s.'),
});

const missing = z.object({
  what: described(z.enum(PARTS), 'The part.'),
  reason: described(
    z.string(),
    '`upstream-timeout`, `access-denied`, `login-refused`, `sign-in-page`, `redirected`, `unsupported-version`, ' +
      '`maintenance` …, as in a problem.',
  ),
});

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
  },
  rows: 'dags',
  record: { view: 'airflow_health', history: false, changes: false, needed: false },
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
    notWith: ['summary'],
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
    missing: described(
      z.array(named('MissingPart', 'What belongs into the answer and is not there.', missing)),
      'What belongs here and is not, with the reason. Empty when `complete`.',
    ),
  }),
} as const satisfies Route;
