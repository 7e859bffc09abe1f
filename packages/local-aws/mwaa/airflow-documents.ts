/** DAGs, runs, task instances and pools as Airflow writes them, in either version. */
import type { ModelDag, ModelPool, ModelRun } from './airflow-data.ts';

const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());

/** @param isThree Airflow 3's shape */
export function dagDocument({ id, schedule, isPaused, owners, tags, nextRun }: ModelDag, isThree: boolean) {
  const shared = { dag_id: id, dag_display_name: id, is_paused: isPaused, owners, has_import_errors: false };
  if (isThree) {
    return {
      ...shared,
      is_stale: false,
      tags: tags.map((name) => ({ name, dag_id: id })),
      timetable_summary: schedule,
      timetable_description: schedule === null ? 'Never, external triggers only' : schedule,
      next_dagrun_logical_date: iso(nextRun),
      next_dagrun_run_after: iso(nextRun),
    };
  }
  return {
    ...shared,
    is_active: true,
    tags: tags.map((name) => ({ name })),
    schedule_interval: schedule === null ? null : { __type: 'CronExpression', value: schedule },
    timetable_description: schedule === null ? 'Never, external triggers only' : schedule,
    next_dagrun: iso(nextRun),
    next_dagrun_create_after: iso(nextRun),
  };
}

export function runDocument(run: ModelRun, isThree: boolean) {
  const { dag, id, type, state, queued, started, ended, conf } = run;
  // Once: of twenty thousand runs, writing times is what takes the longest.
  const due = iso(queued);
  const shared = {
    dag_id: dag,
    dag_run_id: id,
    run_type: type,
    state,
    start_date: iso(started),
    end_date: iso(ended),
    logical_date: due,
    data_interval_end: due,
    conf,
    note: null,
  };
  return isThree
    ? { ...shared, queued_at: due, run_after: due }
    : { ...shared, execution_date: due, external_trigger: type === 'manual' };
}

/** A task of a run. */
export interface ModelTask {
  name: string;
  /** `null`: not looked at yet. */
  state: string | null;
  started: number | null;
  ended: number | null;
}

/** Tasks run one after the other and share a run's time; those after one that failed do not run. */
export function tasksOf({ state, started, ended, failedTask }: ModelRun, names: readonly string[]): ModelTask[] {
  const failedAt = failedTask === null ? -1 : names.indexOf(failedTask);
  return names.map((name, index) => {
    if (state === 'queued') return { name, state: null, started: null, ended: null };
    if (state === 'running') {
      return { name, state: index === 0 ? 'running' : 'scheduled', started: index === 0 ? started : null, ended: null };
    }
    if (failedAt !== -1 && index >= failedAt) {
      return { name, state: index === failedAt ? 'failed' : 'upstream_failed', started, ended };
    }
    return { name, state: 'success', started, ended };
  });
}

export function taskDocument({ name, state, started, ended }: ModelTask, run: ModelRun, isThree: boolean) {
  return {
    task_id: name,
    task_display_name: name,
    dag_id: run.dag,
    dag_run_id: run.id,
    map_index: -1,
    state,
    start_date: iso(started),
    end_date: iso(ended),
    try_number: 1,
    ...(isThree ? { run_after: iso(run.queued) } : { execution_date: iso(run.queued) }),
  };
}

export function poolDocument({ name, slots, running, queued }: ModelPool) {
  return {
    name,
    slots,
    description: null,
    include_deferred: false,
    occupied_slots: running + queued,
    running_slots: running,
    queued_slots: queued,
    scheduled_slots: 0,
    deferred_slots: 0,
    open_slots: slots - running - queued,
  };
}
