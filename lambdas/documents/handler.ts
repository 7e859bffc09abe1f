/**
 * What anybody may read, about the API and nothing behind it: the OpenAPI document, and a page for each problem. Asks no
 * upstream, holds no key, and its bundle knows no environment.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { BUNDLE_FILES } from '../contract.ts';
import { requestOf, resultOf } from '../http/event.ts';
import { Documents } from './documents.ts';
import { documentsSettings } from './settings.ts';

const fileOf = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8');

const settings = documentsSettings.parse(JSON.parse(fileOf(BUNDLE_FILES.settings)));
const documents = new Documents(fileOf(BUNDLE_FILES.openapi), settings);

/** What Lambda calls. */
export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const started = performance.now();
  const http = requestOf(event);
  const response = documents.answer(http);
  const line = {
    event: 'mrt.document',
    time: new Date().toISOString(),
    request_id: http.id,
    stage: settings.stage,
    method: http.method,
    status: response.status,
    duration_ms: Math.round(performance.now() - started),
  };
  // Without metrics of its own, which are paid by the month; the gateway's and Lambda's are there.
  process.stdout.write(`${JSON.stringify(line)}\n`);
  return resultOf(response, http.method);
}
