/**
 * The access log in the stage's own format: `$context.…` variables of an HTTP API ("Customize HTTP API access
 * logs"), `-` where one is empty.
 */
import type { AccessRecord } from './access-record.ts';
import { commonLogTime } from './event.ts';

/**
 * The line for one request. Worked example: the format `{"route":"$context.routeKey","status":$context.status}` of a
 * request for no route gives `{"route":"-","status":404}`.
 */
export function accessLine(format: string, record: AccessRecord): string {
  const values = variables(record);
  return filledLine(format, (name) => {
    const claim = /^authorizer\.claims\.(.+)$/.exec(name)?.[1];
    return claim === undefined ? values[name] : record.claims?.[claim];
  });
}

/** @param variableOf of a variable, by its name without `$context.` */
export function filledLine(format: string, variableOf: (name: string) => unknown): string {
  return format.replace(/\$context\.([A-Za-z]+(?:\.[A-Za-z_:-]+)*)/g, (_whole, name: string) => {
    const value = variableOf(name);
    return value === undefined || value === null || value === '' ? '-' : jsonSafe(String(value));
  });
}

function variables(record: AccessRecord): Record<string, string | number | null> {
  return {
    accountId: record.account,
    apiId: record.apiId,
    'authorizer.error': record.authorizerError,
    awsEndpointRequestId: null,
    dataProcessed: record.responseLength,
    domainName: record.domainName,
    domainPrefix: record.domainName.split('.')[0] ?? '',
    'error.message': record.errorMessage,
    'error.messageString': record.errorMessage === null ? null : `"${record.errorMessage}"`,
    extendedRequestId: record.requestId,
    httpMethod: record.method,
    'identity.sourceIp': record.sourceIp,
    'identity.userAgent': record.userAgent,
    'integration.error': record.integrationError,
    'integration.integrationStatus': record.integrationStatus,
    'integration.latency': record.integrationLatency,
    'integration.status': record.integrationStatus === null ? null : 200,
    integrationErrorMessage: record.integrationError,
    integrationLatency: record.integrationLatency,
    integrationStatus: record.integrationStatus,
    path: record.path,
    protocol: 'HTTP/1.1',
    requestId: record.requestId,
    requestTime: commonLogTime(record.received),
    requestTimeEpoch: record.received.getTime(),
    responseLatency: record.responseLatency,
    responseLength: record.responseLength,
    routeKey: record.routeKey,
    stage: record.stage,
    status: record.status,
  };
}

/** A client's text must not end the JSON string, or the line, that it is put into. */
function jsonSafe(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}
