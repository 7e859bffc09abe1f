/** What MWAA's own word means, and its figures as the answer has them. */
import { UpstreamFailedError, UpstreamTimeoutError } from '../../upstream-errors.ts';
import type { MwaaFigures } from '../../upstreams/cloudwatch/mwaa-metrics.ts';

/**
 * States in which Airflow may not answer though nothing is wrong (Amazon MWAA API Reference, "Environment", `Status`).
 */
const CHANGING = ['CREATING', 'CREATING_SNAPSHOT', 'PENDING', 'UPDATING', 'ROLLING_BACK', 'MAINTENANCE'];

/** The error in place of one that only says that nobody answered, where MWAA says why. */
export function inPlaceOf(error: unknown, status: string | null): unknown {
  const isSilence =
    error instanceof UpstreamTimeoutError ||
    (error instanceof UpstreamFailedError &&
      ['failed', 'unreachable', 'refused', 'invalid-answer'].includes(error.reason));
  return isSilence && status !== null && CHANGING.includes(status)
    ? new UpstreamFailedError('airflow', 'maintenance', { cause: error })
    : error;
}

export function metricsOf({ as_of, figures }: MwaaFigures) {
  const usage = (part: 'scheduler' | 'workers' | 'web_server') => ({
    cpu_percent: figures[`${part}_cpu`],
    memory_percent: figures[`${part}_memory`],
  });
  return {
    as_of,
    queued_tasks: figures.queued_tasks,
    running_tasks: figures.running_tasks,
    oldest_task_age_s: figures.oldest_task_age_s,
    database_connections: figures.database_connections,
    scheduler: usage('scheduler'),
    workers: usage('workers'),
    web_server: usage('web_server'),
  };
}
