/** What Airflow answers of itself: files that it cannot read, pools, components. Source: as `documents.ts`. */
import * as z from 'zod/mini';
import { pageOf, time } from './documents.ts';
import { word } from './outside-text.ts';

const importError = z.object({ filename: z.nullish(z.string()), stack_trace: z.nullish(z.string()) });
export const importErrorsPage = pageOf('import_errors', importError, (raw) => ({
  file: raw.filename ?? '',
  message: raw.stack_trace ?? '',
}));

const slots = z.int();
const pool = z.object({
  name: z.string(),
  slots,
  occupied_slots: slots,
  running_slots: slots,
  queued_slots: slots,
  open_slots: slots,
});
export const poolsPage = pageOf('pools', pool, (raw) => ({
  pool: word(raw.name),
  slots: raw.slots,
  occupied: raw.occupied_slots,
  running: raw.running_slots,
  queued: raw.queued_slots,
  open: raw.open_slots,
}));

const component = z.nullish(
  z.looseObject({
    status: z.nullish(z.string()),
    latest_scheduler_heartbeat: time,
    latest_triggerer_heartbeat: time,
    latest_dag_processor_heartbeat: time,
  }),
);

/** `/health` of Airflow 2, `/monitor/health` of 3: 200 also where a component is unhealthy. */
export const health = z.object({
  metadatabase: component,
  scheduler: component,
  triggerer: component,
  dag_processor: component,
});
