/** All DAGs of an Airflow together. Schemas only. */
import * as z from 'zod/mini';
import { described } from '../../parameters.ts';
import { DAG_STATES } from './row-schema.ts';

const count = z.int().check(z.gte(0));
const known = z.nullable(count);

const ended = z.object({
  success: described(count, 'Runs that ended well.'),
  failed: described(count, 'Runs that ended as failed.'),
});
const rate = described(z.nullable(z.number()), 'Share of the ended runs that succeeded, 0 to 1. `null`: none ended.');

export const summary = z.object({
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
