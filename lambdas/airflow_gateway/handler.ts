/** The entry of the function behind GET, and of the one behind POST: one code, two roles of IAM's and of Airflow's. */
import { readFileSync } from 'node:fs';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context as LambdaContext } from 'aws-lambda';
import { BUNDLE_FILES } from '../contract.ts';
import { airflowOf } from '../upstreams/airflow/connection.ts';
import { answer, type Gateway } from './answer.ts';
import { requestOf, resultOf } from './event.ts';
import { namesIn } from './names-variable.ts';
import { GATEWAY_VARIABLES, gatewaySettings } from './settings.ts';

/** Time that the function keeps for itself before Lambda ends it. */
const LAMBDA_MARGIN_MS = 1_000;

const gateway: Gateway = {
  settings: gatewaySettings.parse(JSON.parse(readFileSync(new URL(BUNDLE_FILES.settings, import.meta.url), 'utf8'))),
  airflow: airflowOf,
};
const roles = namesIn(process.env, GATEWAY_VARIABLES.roles);

/** Answers one call. */
export async function handler(event: APIGatewayProxyEvent, lambda: LambdaContext): Promise<APIGatewayProxyResult> {
  const latest = Date.now() + lambda.getRemainingTimeInMillis() - LAMBDA_MARGIN_MS;
  return resultOf(await answer(requestOf(event, roles), gateway, latest));
}
