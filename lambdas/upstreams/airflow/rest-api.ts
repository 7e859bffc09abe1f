/** A request by MWAA's InvokeRestApi, with its answer as one of Airflow's. */
import type { Context } from '../../context.ts';
import type { AirflowAnswer, AirflowRequest } from './airflow.ts';
import { MAX_CALL_MS } from './exchange.ts';
import { invokeRestApi, type MwaaEnvironment } from './mwaa-api.ts';

/** Of InvokeRestApi (Amazon MWAA API Reference, "InvokeRestApi", `Path`). */
export const MAX_REST_API_PATH = 64;
/** MWAA answers InvokeRestApi within 10 s or not at all (MWAA user guide, "Using the Apache Airflow REST API"). */
const MAX_REST_API_MS = MAX_CALL_MS + 500;

/** @throws as {@link invokeRestApi} */
export async function askRestApi(
  at: MwaaEnvironment,
  { method, path, query = {}, body, repeatable }: AirflowRequest,
  context: Context,
): Promise<AirflowAnswer> {
  const question = { method, path, query, body, repeatable };
  const { status, body: document } = await invokeRestApi(at, question, context, MAX_REST_API_MS);
  return { status, contentType: 'application/json', body: document };
}
