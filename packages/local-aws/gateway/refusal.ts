/** Answers to what is no request that could be served: the gateway's own, written before there is a route. */
import type { Socket } from 'node:net';
import { newRequestId } from './request-id.ts';

/** By Node's code of the fault. */
const REFUSALS: Readonly<Record<string, readonly [status: number, message: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout'],
};

/**
 * Requests that are no HTTP, that pass the header limit, or that do not come to their end. What API Gateway writes then
 * is not documented; 431 is what RFC 6585 has for it and 408 RFC 9110, in the shape of the gateway's other errors.
 */
export function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable) return;
  const [status, message] = REFUSALS[error.code ?? ''] ?? [400, 'Bad Request'];
  const body = JSON.stringify({ message });
  socket.end(
    `HTTP/1.1 ${status} ${message}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n` +
      `apigw-requestid: ${newRequestId()}\r\nconnection: close\r\n\r\n${body}`,
  );
}
