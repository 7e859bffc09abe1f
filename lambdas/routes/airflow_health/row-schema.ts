/** A DAG in the answer. Schemas only. */
import * as z from 'zod/mini';
import { described, named } from '../../parameters.ts';

const count = z.int().check(z.gte(0));
const time = z.nullable(z.string());
const seconds = z.nullable(z.number());

/**
 * In the order in which they are asked, which is what an operator would do about it: leave alone, mend, look at the
 * scheduler, look at the run … The first that holds is the state; `dag-state.ts` has the rules.
 */
export const DAG_STATES = ['paused', 'failing', 'late', 'running_long', 'never_ran', 'healthy'] as const;

const ended = z.object({
  success: described(count, 'Runs that ended well in that time.'),
  failed: described(count, 'Runs that ended as failed in that time.'),
});

const rate = described(z.nullable(z.number()), 'Share of the ended runs that succeeded, 0 to 1. `null`: none ended.');

const before = described(
  z.nullable(
    z.object({
      runs: described(ended, 'Runs that ended in it.'),
      success_rate: rate,
      duration_p50_s: described(seconds, 'Median of the good runs.'),
      duration_p95_s: described(seconds, '95 % of the good runs took no longer.'),
    }),
  ),
  'The same for the window before, which has the same length. `null`: not known.',
);

const lastRun = described(
  z.nullable(
    z.object({
      run_id: described(z.string(), 'As Airflow names it.'),
      state: described(z.string(), '`success`, `failed`, `running` or `queued`.'),
      started: described(time, 'When it began. `null`: not yet.'),
      ended: described(time, 'When it ended. `null`: not yet.'),
      duration_s: described(seconds, 'Between the two, or until now.'),
    }),
  ),
  'The run that began last. `null`: there was none, or it is not known (`missing`).',
);

export const row = named(
  'Dag',
  'A DAG of an Airflow, with what its runs were like.',
  z.object({
    dag: described(z.string(), 'Its id.'),
    state: described(
      z.nullable(z.enum(DAG_STATES)),
      '`paused`; `failing`: the last run that ended failed; `late`: its next run should have been made, or one waits in ' +
        'the queue, for five minutes or more; `running_long`: a run takes more than twice as long as 95 % of the good ' +
        'runs of both windows did, and five minutes more; `never_ran`; `healthy`. The first that holds in this order. ' +
        '`null`: what could be read does not tell.',
    ),
    reason: described(z.nullable(z.string()), 'The same in a sentence. `null` for a healthy one.'),
    schedule: described(z.nullable(z.string()), '`0 2 * * *`, as Airflow shows it. `null`: none.'),
    next_run: described(time, 'When Airflow makes its next run. `null`: it plans none, as while it is paused.'),
    late_by_s: described(seconds, 'Seconds by which a run is late. `null`: none is.'),
    last_run: lastRun,
    runs: described(
      z.nullable(
        z.object({
          ...ended.shape,
          running: described(z.nullable(count), 'Runs under way. `null`: not known.'),
          queued: described(z.nullable(count), 'Runs that wait. `null`: not known.'),
        }),
      ),
      'Runs that ended in the window, and those under way. `null`: not known.',
    ),
    success_rate: rate,
    duration_p50_s: described(seconds, 'Median of the good runs that ended in the window.'),
    duration_p95_s: described(seconds, '95 % of the good runs that ended in the window took no longer.'),
    before,
    failed_tasks: described(
      z.nullable(z.array(z.string())),
      'Tasks of which an instance failed in the window, 20 at most. `null`: not known.',
    ),
    owners: described(z.array(z.string()), 'Whose it is, 20 at most.'),
    tags: described(z.array(z.string()), 'Its tags, 20 at most.'),
  }),
);
