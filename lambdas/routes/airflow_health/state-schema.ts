/** What an Airflow is, and how its own parts and MWAA's are. Schemas only. */
import * as z from 'zod/mini';
import { described } from '../../parameters.ts';
import { PARTS } from './parts-schema.ts';

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

export const components = z.object({
  metadatabase: described(z.nullable(z.string()), '`healthy` or `unhealthy`.'),
  scheduler: component('Makes runs and gives tasks out.'),
  triggerer: component('Waits for deferred tasks.'),
  dag_processor: component('Reads the files.'),
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

export const mwaa = z.object({
  status: described(z.nullable(z.string()), '`AVAILABLE`, `UPDATING`, `MAINTENANCE` … `null`: not known.'),
  class: described(z.nullable(z.string()), '`mw1.small` … `null`: not known.'),
  last_update: described(z.nullable(z.string()), '`SUCCESS`, `PENDING`, `FAILED`. `null`: none, or not known.'),
  metrics: described(z.nullable(metrics), 'MWAA’s own figures, from CloudWatch. `null`: not known.'),
});

export const airflow = z.object({
  version: described(z.nullable(z.string()), '`3.1.2`. `null`: not known.'),
  api: described(z.nullable(z.enum(['v1', 'v2'])), 'v1 of Airflow 2, v2 of Airflow 3. `null`: not known.'),
  authentication: described(z.enum(['token', 'basic', 'mwaa']), 'By what the API comes in.'),
  role: described(z.nullable(z.string()), 'Airflow’s role that it comes in as, with MWAA. `null`: the account’s.'),
});

export const missing = z.object({
  what: described(z.enum(PARTS), 'The part.'),
  reason: described(
    z.string(),
    '`upstream-timeout`, `access-denied`, `login-refused`, `sign-in-page`, `redirected`, `unsupported-version`, ' +
      '`maintenance` …, as in a problem.',
  ),
});
