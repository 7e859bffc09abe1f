/** The one call of IoT Core's data plane over HTTP that the functions make: the last heartbeat of an agent. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Iam } from '../iam/iam.ts';
import { verifyRequest } from '../iam/sigv4.ts';

/** A message that the broker keeps on a topic. */
export interface RetainedMessage {
  payload: Buffer;
  /** When the broker stored it, in milliseconds since the epoch. */
  stored: number;
}

/** GetRetainedMessage. Source: AWS IoT Data Plane API reference. */
export function answerRetained(
  request: IncomingMessage,
  response: ServerResponse,
  retained: ReadonlyMap<string, RetainedMessage>,
  iam: Iam,
  arn: (resource: string) => string,
): void {
  const say = (status: number, body: object) => {
    const text = JSON.stringify(body);
    response
      .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
      .end(text);
  };
  const [, encoded] = /^\/retainedMessage\/([^/?]+)$/.exec(request.url ?? '') ?? [];
  if (request.method !== 'GET' || encoded === undefined) {
    say(404, { message: 'Not Found' });
    return;
  }
  const wire = { method: 'GET', target: request.url ?? '', headers: request.headers, body: Buffer.alloc(0) };
  const signed = verifyRequest(wire, { iam, service: 'iotdata', skewMs: 5 * 60_000 });
  if (typeof signed === 'string') {
    say(403, { message: 'Forbidden', reason: signed });
    return;
  }
  const topic = decodeURIComponent(encoded);
  const decision = iam.decide(signed.principal, 'iot:GetRetainedMessage', arn(`topic/${topic}`), {});
  if (!decision.allowed) {
    say(403, { message: decision.reason });
    return;
  }
  const message = retained.get(topic);
  if (message === undefined) {
    say(404, { message: 'Retained message not found' });
    return;
  }
  say(200, { topic, payload: message.payload.toString('base64'), qos: 1, lastModifiedTime: message.stored });
}
