/** The line of a run, with the metrics in it (embedded metric format), by which alarms know that the recorder lives. */
import { METRIC_NAMESPACE, RECORD_METRIC_DIMENSIONS, RECORD_METRICS } from '../contract.ts';
import { errorChain } from '../error-chain.ts';
import type { RunOutcome } from './run.ts';

/** Written, not console.log'ed: Lambda's JSON log mode would wrap the line and lose the metrics. */
export function logRun(outcome: RunOutcome, stage: string, duration_ms: number): void {
  const { ran, recorded, failed, resumed, left, audited, age_s, faults } = outcome;
  const line = {
    // A run that found another one at work says nothing of the record.
    ...(ran && {
      _aws: {
        Timestamp: Date.now(),
        CloudWatchMetrics: [
          {
            Namespace: METRIC_NAMESPACE,
            Dimensions: [RECORD_METRIC_DIMENSIONS],
            Metrics: [
              { Name: RECORD_METRICS.age, Unit: 'Seconds' },
              { Name: RECORD_METRICS.unrecorded, Unit: 'Count' },
            ],
          },
        ],
      },
    }),
    event: 'mrt.record',
    stage,
    ran,
    recorded,
    resumed,
    failed,
    audited,
    [RECORD_METRICS.age]: age_s ?? 0,
    [RECORD_METRICS.unrecorded]: left,
    duration_ms,
    faults,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** A run that broke off: what was thrown and where, without its message. */
export function logFailure(error: unknown, stage: string): void {
  process.stdout.write(`${JSON.stringify({ event: 'mrt.record', stage, ran: false, error: errorChain(error) })}\n`);
}
