/** What goes out, headers and all: an answer, `304`, or a problem. */
import type { Timing } from '../context.ts';
import type { Answer } from '../exchange.ts';
import type { HttpRequest, HttpResponse } from './event.ts';
import type { Problem } from './problem.ts';
import type { Representation } from './representation.ts';

export interface Common {
  request_id: string;
  base_address: string | null;
  path: string;
  timing: Timing;
  started: number;
}

export function respond(
  answer: Answer<Record<string, unknown>, unknown>,
  made: Representation,
  etag: string | null,
  nextLink: string | null,
  common: Common,
): HttpResponse {
  const csv = made.content_type.startsWith('text/csv');
  return {
    status: 200,
    headers: {
      ...always(common),
      'content-type': made.content_type,
      'cache-control': etag === null ? 'no-store' : `private, max-age=${answer.max_age}`,
      ...(etag === null ? {} : { etag }),
      ...(made.gzip ? { 'content-encoding': 'gzip' } : {}),
      ...(nextLink === null ? {} : { link: `<${nextLink}>; rel="next"` }),
      ...(csv
        ? { 'x-complete': String(answer.body.complete), ...(answer.as_of ? { 'x-as-of': answer.as_of } : {}) }
        : {}),
    },
    body: made.body,
  };
}

export function notModified(etag: string, maxAge: number, common: Common): HttpResponse {
  return {
    status: 304,
    headers: { ...always(common), etag, 'cache-control': `private, max-age=${maxAge}` },
    body: '',
  };
}

/** RFC 9457, whatever form the client asked for. */
export function refuse(problem: Problem, common: Common): HttpResponse {
  return {
    status: problem.status,
    headers: {
      ...always(common),
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(problem.retry_after === undefined ? {} : { 'retry-after': String(problem.retry_after) }),
      ...(problem.status === 401 ? { 'www-authenticate': 'Bearer error="invalid_token"' } : {}),
    },
    body: JSON.stringify({
      type: `${common.base_address ?? ''}/problems/${problem.slug}`,
      title: problem.title,
      status: problem.status,
      detail: problem.detail,
      instance: common.path,
      request_id: common.request_id,
      ...problem.members,
    }),
  };
}

function always(common: Common): Record<string, string> {
  const shares = [...common.timing.shares()].map(([name, ms]) => `${token(name)};dur=${ms.toFixed(1)}`);
  return {
    'x-request-id': common.request_id,
    vary: 'Accept, Accept-Encoding, Authorization',
    'server-timing': [...shares, `total;dur=${(performance.now() - common.started).toFixed(1)}`].join(', '),
  };
}

/** An upstream's name as an RFC 9110 token. */
function token(name: string): string {
  return name.replace(/[^\w-]/g, '-');
}

/** The same address with the cursor put in. */
export function nextLink(http: HttpRequest, cursor: string | null, base: string | null): string | null {
  if (cursor === null) return null;
  const kept = http.query.split('&').filter((part) => part !== '' && !part.startsWith('cursor='));
  // What a URI may not hold (RFC 3986, 2), should a client have sent it bare: it would end the link in the header.
  const query = [...kept, `cursor=${cursor}`].join('&').replaceAll(/[<>"\\^`{|}\s]/g, encodeURIComponent);
  return `${base ?? ''}${http.path}?${query}`;
}
