/** The answer to one request for a document. Knows neither Lambda nor API Gateway. */
import { gzipSync } from 'node:zlib';
import { DOCUMENT_PATHS } from '../contract.ts';
import { problemOf } from '../faults.ts';
import { sha256 } from '../hash.ts';
import { acceptsGzip, negotiate } from '../http/accept.ts';
import { matches } from '../http/caching.ts';
import type { HttpRequest, HttpResponse } from '../http/event.ts';
import { queryParser } from '../http/query.ts';
import { refuse } from '../http/respond.ts';
import { PROBLEMS, type ProblemSlug } from '../problems.ts';
import { PAGE_POLICY, problemPage, problemText } from './problem-page.ts';
import type { DocumentsSettings } from './settings.ts';

/** One form of a document, ready to be sent. */
interface Document {
  content_type: string;
  body: string;
  gzip: Buffer;
  etag: string;
}

/** A release changes them, and nothing else; an hour later is soon enough. */
const MAX_AGE_SECONDS = 3600;

/** No parameter has a meaning here, and none is ignored. */
const refuseParameters = queryParser({ environment: false, rows: null, parameters: {} });

const PROBLEM_PREFIX = DOCUMENT_PATHS.problem.slice(0, DOCUMENT_PATHS.problem.indexOf('{'));

/** Makes each form once, when it is asked for first. */
export class Documents {
  readonly #openapi: string;
  readonly #settings: DocumentsSettings;
  readonly #made = new Map<string, Document>();

  /** @param openapi the OpenAPI document, as text */
  constructor(openapi: string, settings: DocumentsSettings) {
    this.#openapi = openapi;
    this.#settings = settings;
  }

  /** 200, 304, or a problem: 400 for a parameter, 404 for a problem that there is none of, 406 for another form. */
  answer(http: HttpRequest): HttpResponse {
    const started = performance.now();
    try {
      refuseParameters(http.query);
      const document = this.#documentFor(http);
      return document === null ? this.#unknown(http) : responseOf(document, http);
    } catch (error) {
      return refuse(problemOf(error), {
        request_id: http.id,
        base_address: this.#settings.base_address,
        path: http.path,
        serverTiming: () => `total;dur=${Math.round(performance.now() - started)}`,
      });
    }
  }

  /** `null`: no problem has this name. @throws NotAcceptableError */
  #documentFor({ path, header }: HttpRequest): Document | null {
    const accept = header('accept');
    if (path === DOCUMENT_PATHS.openapi) {
      const type = negotiate(accept, ['application/json']);
      return this.#once(path, type, () => this.#openapi);
    }
    const slug = path.slice(PROBLEM_PREFIX.length);
    if (!path.startsWith(PROBLEM_PREFIX) || !Object.hasOwn(PROBLEMS, slug)) return null;
    const type = negotiate(accept, ['text/plain', 'text/html']);
    const make = type === 'text/html' ? problemPage : problemText;
    return this.#once(path, type, () => make(slug as ProblemSlug));
  }

  #once(path: string, type: string, make: () => string): Document {
    const key = `${type} ${path}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const body = make();
    const content_type = type.startsWith('text/') ? `${type}; charset=utf-8` : type;
    const document = { content_type, body, gzip: gzipSync(body), etag: `"${sha256(key + body).slice(0, 27)}"` };
    this.#made.set(key, document);
    return document;
  }

  /** RFC 9457, 4.2.1: `about:blank` where the status says it all. The name that was asked for is not repeated. */
  #unknown(http: HttpRequest): HttpResponse {
    const body = {
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'No problem of this API has this name.',
      instance: PROBLEM_PREFIX,
      request_id: http.id,
    };
    const headers = { ...always(http), 'content-type': 'application/problem+json', 'cache-control': 'no-store' };
    return { status: 404, headers, body: JSON.stringify(body) };
  }
}

function responseOf(document: Document, http: HttpRequest): HttpResponse {
  const gzip = acceptsGzip(http.header('accept-encoding'));
  const etag = gzip ? document.etag.replace(/"$/, '-gzip"') : document.etag;
  const headers: Record<string, string> = {
    ...always(http),
    etag,
    // The same for everybody, so that shared caches may keep it.
    'cache-control': `public, max-age=${MAX_AGE_SECONDS}`,
  };
  if (matches(http.header('if-none-match'), etag)) return { status: 304, headers, body: '' };
  headers['content-type'] = document.content_type;
  headers['x-content-type-options'] = 'nosniff';
  if (document.content_type.startsWith('text/html')) headers['content-security-policy'] = PAGE_POLICY;
  if (gzip) headers['content-encoding'] = 'gzip';
  return { status: 200, headers, body: gzip ? document.gzip : document.body };
}

function always(http: HttpRequest): Record<string, string> {
  return { 'x-request-id': http.id, vary: 'Accept, Accept-Encoding' };
}
