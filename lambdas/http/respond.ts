/** What goes out, headers and all: an answer, `304`, or a problem. */
import type { Answer } from '../exchange.ts';
import type { Problem } from '../faults.ts';
import type { HttpRequest, HttpResponse } from './event.ts';
import { decoded } from './query.ts';
import type { Representation } from './representation.ts';

/** What every response of a request has. */
export interface Frame {
  request_id: string;
  /** `https://maas-api.<dns_domain>`; `null` without a domain. */
  base_address: string | null;
  path: string;
  /** The value of `Server-Timing` at this moment. */
  serverTiming(): string;
}

/**
 * An answer with its representation: 200, with caching, the next page's address and, beside CSV, what JSON says inside.
 *
 * @param etag `null` for an answer that nobody may keep
 */
export function respond(
  answer: Answer<Record<string, unknown>, unknown>,
  representation: Representation,
  etag: string | null,
  http: HttpRequest,
  frame: Frame,
): HttpResponse {
  const { content_type, gzip, body, next_cursor } = representation;
  const headers: Record<string, string> = {
    ...always(frame),
    'content-type': content_type,
    'cache-control': etag === null ? 'no-store' : `private, max-age=${answer.max_age}`,
  };
  if (etag !== null) headers['etag'] = etag;
  if (gzip) headers['content-encoding'] = 'gzip';
  if (next_cursor !== null) headers['link'] = `<${nextLink(http, next_cursor, frame.base_address)}>; rel="next"`;
  if (content_type.startsWith('text/csv')) {
    headers['x-complete'] = String(answer.body.complete);
    if (answer.as_of !== null) headers['x-as-of'] = answer.as_of;
  }
  return { status: 200, headers, body };
}

/**
 * What the client has is still true (RFC 9110, 15.4.5).
 *
 * @param maxAge seconds that it may keep it
 */
export function notModified(etag: string, maxAge: number, frame: Frame): HttpResponse {
  return { status: 304, headers: { ...always(frame), etag, 'cache-control': `private, max-age=${maxAge}` }, body: '' };
}

/** A problem (RFC 9457), whatever form the client asked for: who asked for CSV can still read why there is none. */
export function refuse(problem: Problem, frame: Frame): HttpResponse {
  const headers: Record<string, string> = {
    ...always(frame),
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
  };
  if (problem.retry_after !== undefined) headers['retry-after'] = String(problem.retry_after);
  // RFC 6750, 3.1: what a client with a refused token is told.
  if (problem.status === 401) headers['www-authenticate'] = 'Bearer error="invalid_token"';
  const body = {
    type: `${frame.base_address ?? ''}/problems/${problem.slug}`,
    title: problem.title,
    status: problem.status,
    detail: problem.detail,
    instance: frame.path,
    request_id: frame.request_id,
    ...problem.members,
  };
  return { status: problem.status, headers, body: JSON.stringify(body) };
}

/** Headers of every response. */
function always(frame: Frame): Record<string, string> {
  return {
    'x-request-id': frame.request_id,
    vary: 'Accept, Accept-Encoding, Authorization',
    'server-timing': frame.serverTiming(),
  };
}

/**
 * The same address with the cursor put in. Names are compared decoded, as the parser compares them: `%63ursor` is the
 * cursor of this page too and must not stay beside the next.
 */
export function nextLink(http: HttpRequest, cursor: string, base: string | null): string {
  const kept = http.query.split('&').filter((part) => part !== '' && decoded(part.split('=', 1)[0] ?? '') !== 'cursor');
  // What a URI may not hold (RFC 3986, 2), should a client have sent it bare: it would end the link in the header.
  const query = [...kept, `cursor=${cursor}`].join('&').replaceAll(/[<>"\\^`{|}\s]/g, encodeURIComponent);
  return `${base ?? ''}${http.path}?${query}`;
}
