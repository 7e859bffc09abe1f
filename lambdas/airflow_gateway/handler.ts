/** The entry of the function behind GET, and of the one behind POST: one code, two roles of IAM's and of Airflow's. */
import { readFileSync } from 'node:fs';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { BUNDLE_FILES } from '../contract.ts';
import { airflowOf } from '../upstreams/airflow/connection.ts';
import { streamed } from '../upstreams/airflow/streamed-answer.ts';
import { answer, type Gateway } from './answer.ts';
import { requestOf } from './event.ts';
import { namesIn } from './names-variable.ts';
import { GATEWAY_VARIABLES, gatewaySettings } from './settings.ts';
import { replyTo } from './streamed-reply.ts';

/** Time that the function keeps for itself before Lambda ends it. */
const LAMBDA_MARGIN_MS = 1_000;
/** For an answer to begin. What comes after may be a log of 200 MB, and has the rest of the function's time. */
const MAX_BEGINNING_MS = 27_000;

const gateway: Gateway = {
  settings: gatewaySettings.parse(JSON.parse(readFileSync(new URL(BUNDLE_FILES.settings, import.meta.url), 'utf8'))),
  airflow: (settings, context) => {
    const airflow = airflowOf(settings, context);
    return {
      version: () => airflow.version(),
      // What starts a run is answered in a few bytes.
      send: (call) => (call.method === 'GET' ? airflow.sent(call, streamed) : airflow.send(call)),
    };
  },
};
const roles = namesIn(process.env, GATEWAY_VARIABLES.roles);

/** Answers one call, as Lambda's runtime streams it. */
export const handler = awslambda.streamifyResponse<APIGatewayProxyEvent, void>(async (event, stream, lambda) => {
  const now = Date.now();
  const end = now + lambda.getRemainingTimeInMillis() - LAMBDA_MARGIN_MS;
  await answer(requestOf(event, roles), gateway, Math.min(end, now + MAX_BEGINNING_MS), replyTo(stream, end));
});
