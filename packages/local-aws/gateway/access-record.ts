/** What a request leaves behind: begun when it comes, filled in on its way, written as a line of the access log. */
import type { IncomingMessage } from 'node:http';
import type { JWTPayload } from 'jose';
import type { DeployedApi } from '../cloudformation/deployed-api.ts';
import type { EventPlace } from './event.ts';
import { newRequestId } from './request-id.ts';

/** What one request leaves behind. Times in milliseconds. */
export interface AccessRecord {
  requestId: string;
  received: Date;
  method: string;
  path: string;
  /** `null`: no route. */
  routeKey: string | null;
  stage: string;
  apiId: string;
  account: string;
  domainName: string;
  sourceIp: string;
  userAgent: string;
  status: number;
  responseLength: number;
  responseLatency: number;
  integrationLatency: number | null;
  /** Status of the function's own answer. */
  integrationStatus: number | null;
  integrationError: string | null;
  authorizerError: string | null;
  claims: JWTPayload | null;
  /** The gateway's own message, on its own errors. */
  errorMessage: string | null;
}

/** With what is known when the request comes. */
export function newRecord(message: IncomingMessage, api: DeployedApi, place: EventPlace): AccessRecord {
  return {
    requestId: newRequestId(),
    received: new Date(),
    method: message.method ?? '',
    path: decodedPath(message.url ?? '/'),
    routeKey: null,
    stage: api.stage,
    apiId: api.id,
    account: place.account,
    domainName: message.headers.host ?? '',
    sourceIp: message.socket.remoteAddress ?? '',
    userAgent: message.headers['user-agent'] ?? '',
    status: 0,
    responseLength: 0,
    responseLatency: 0,
    integrationLatency: null,
    integrationStatus: null,
    integrationError: null,
    authorizerError: null,
    claims: null,
    errorMessage: null,
  };
}

function decodedPath(url: string): string {
  const raw = url.split('?', 1)[0] ?? '/';
  try {
    return decodeURIComponent(raw);
  } catch {
    return raw;
  }
}
