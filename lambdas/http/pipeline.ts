/**
 * A request's way through `http`, step by step: who asks, what about, is it known already, ask the domain, make the
 * representation, write down that it happened. Knows neither Lambda nor API Gateway.
 */

import { type Context, Timing } from '../context.ts';
import { problemOf } from '../faults.ts';
import { keysOf } from '../keys/of-tenant.ts';
import { acceptsGzip } from './accept.ts';
import type { Admitted } from './admission.ts';
import { askDomain } from './ask.ts';
import { logAudit } from './audit.ts';
import { dependencyKey, etagOf, KnownAnswers, matches } from './caching.ts';
import { spiffeIdOf } from './caller-id.ts';
import { CursorSigner } from './cursor.ts';
import { deadlineOf, withinDeadline } from './deadline.ts';
import type { HttpRequest, HttpResponse } from './event.ts';
import { logRequest, newRequestLine, type RequestLine } from './log.ts';
import type { PipelineOptions, Signer } from './pipeline-options.ts';
import { type Query, queryParser } from './query.ts';
import { represent } from './representation.ts';
import { type Frame, notModified, refuse, respond } from './respond.ts';
import { type Precision, serverTiming } from './server-timing.ts';
import { type Subject, subjectOf } from './subject.ts';

/** One request while it is being answered: what each step needs of it, and what each adds. */
interface Passage {
  http: HttpRequest;
  context: Context;
  frame: Frame;
  line: RequestLine;
  /** `null` until the token is good. */
  admitted: Admitted | null;
  /** `null` until nothing speaks against asking the domain. */
  subject: Subject | null;
}

/** Answers the requests of one route. One for each instance of its function; it keeps the ETags of lately. */
export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #parse: (query: string) => Query;
  readonly #known = new KnownAnswers();

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#parse = queryParser(options.route);
  }

  /** Answers, whatever happens. `latest`: when the function itself ends, in milliseconds since the epoch. */
  async answer(http: HttpRequest, latest: number): Promise<HttpResponse> {
    const { route, settings, signer } = this.#options;
    const started = performance.now();
    const timing = new Timing();
    const line = newRequestLine(http, settings.stage, route.name, timing);
    const passage: Passage = {
      http,
      // Until the parameters are known, the token's check has the default deadline.
      context: { deadline: deadlineOf(http, null, latest, Date.now()), timing, origin: line.origin },
      frame: {
        request_id: http.id,
        base_address: settings.base_address,
        path: http.path,
        serverTiming: () => serverTiming(timing, performance.now() - started, this.#precision(passage.subject)),
      },
      line,
      admitted: null,
      subject: null,
    };
    const { frame } = passage;
    const response = await this.#serve(passage, latest).catch((error: unknown) => {
      line.error = error;
      line.problem = problemOf(error);
      return refuse(line.problem, frame);
    });
    // RFC 9110, 12.5.5: an unsigned answer that a cache keeps is none to a request for a signed one.
    if (signer !== null) response.headers['vary'] += ', Accept-Signature';
    line.status = response.status;
    line.duration_ms = performance.now() - started;
    // Before any answer leaves, whichever it is: a look that ends in a 304 or in an error was a look.
    await this.#audit(passage);
    logRequest(line);
    return response;
  }

  /** A line for what was looked at, and with a trust domain for what was refused. */
  async #audit({ line, admitted, subject }: Passage): Promise<void> {
    const { route, settings } = this.#options;
    if (process.env['MRT_WITH_TRUST_DOMAIN'] !== 'off' && settings.trust_domain !== undefined) {
      const { decisionsOn } = await import('./authorization.ts');
      const decisions = decisionsOn(route, { admitted, subject, error: line.error }, settings);
      const isRefused = decisions.some(({ allowed }) => !allowed);
      if (isRefused || subject?.audited === true) logAudit(line, subject, decisions);
      return;
    }
    if (subject?.audited === true) logAudit(line, subject);
  }

  /**
   * The answer, or the 304 that spares it.
   *
   * @throws every error of `request-errors.ts` and `upstream-errors.ts`, and bugs
   */
  async #serve(passage: Passage, latest: number): Promise<HttpResponse> {
    const { route, settings, admission } = this.#options;
    const { http, frame, line } = passage;
    const admitted = await admission.admit(http.header('authorization'), passage.context);
    line.principal = admitted.principal;
    line.spiffe_id = spiffeIdOf(admitted, settings.trust_domain);
    line.tenant = admitted.rights.tenant;
    passage.admitted = admitted;
    const query = this.#parse(http.query);
    const subject = subjectOf(route, http, query, admitted, settings.limits.reason_required);
    passage.subject = subject;
    line.environment = subject.fleet === null ? subject.binding.environment : (subject.environment?.name ?? '*');
    const context = { ...passage.context, deadline: deadlineOf(http, query.budget_s, latest, Date.now()) };
    const signer = this.#signerFor(http, line);
    // A digest is of the bytes that are sent, and what is kept of an answer is mostly not compressed any more.
    const gzip = signer === null && acceptsGzip(http.header('accept-encoding'));

    const key = dependencyKey({
      route: route.name,
      target: `${line.environment ?? ''}?${http.query}`,
      configuration_version: this.#versionFor(admitted),
      rights: admitted.rights.key,
      representation: `${subject.media_type}${gzip ? '+gzip' : ''}${signer === null ? '' : '+signed'}`,
    });
    const ifNoneMatch = http.header('if-none-match');
    const known = this.#known.etag(key);
    if (known !== null && matches(ifNoneMatch, known.etag)) return notModified(known.etag, known.max_age, frame);

    // Read beside the domain: an answer that has used up its time must still get its cursor signed.
    const reading = route.rows === null ? null : keysOf(admission.keys(context), admitted.rights.tenant);
    reading?.catch(() => undefined);
    signer?.prepare(context).catch(() => undefined);
    const answer = await withinDeadline(
      askDomain(this.#options, { subject, admitted, request_id: line.request_id }, context),
      context.deadline,
    );
    line.faults = answer.faults ?? [];
    const state = answer.revision === undefined ? answer.as_of : `${answer.as_of} ${answer.revision}`;
    const etag = subject.clear ? null : etagOf(key, state);
    if (etag !== null) this.#known.remember(key, etag, answer);
    if (etag !== null && matches(ifNoneMatch, etag)) return notModified(etag, answer.max_age, frame);

    const hasPages = answer.next !== null || answer.positions !== undefined;
    const keys = hasPages ? await reading : null;
    const cursors = keys === null ? null : new CursorSigner(subject.binding, keys, Date.now());
    const rows = subject.fleet === null ? route.rows : 'environments';
    const form = { media_type: subject.media_type, gzip, fields: this.#fields(query), rows };
    const representation = represent(route, answer, form, cursors);
    line.rows = representation.rows;
    line.complete = answer.body.complete;
    line.disclosed = answer.disclosed ?? [];
    const response = respond(answer, representation, etag, http, frame);
    return signer === null || line.spiffe_id === null ? response : signer.sign(response, http, line.spiffe_id, context);
  }

  /** Who signs the answer; `null`: nobody. Only what has a caller and a body can be proved. */
  #signerFor({ method, header }: HttpRequest, { spiffe_id }: RequestLine): Signer | null {
    if (spiffe_id === null || method === 'HEAD') return null;
    const isDue = this.#options.settings.signed_answers === 'always' || header('accept-signature') !== undefined;
    return isDue ? this.#options.signer : null;
  }

  /** Of what concerns the caller's tenant: what another's environments are called must not be seen in an ETag. */
  #versionFor({ rights: { tenant } }: Admitted): string {
    const { tenants, configuration_version } = this.#options.settings;
    if (process.env['MRT_WITH_TENANTS'] === 'off') return configuration_version;
    return (tenant === null ? undefined : tenants?.[tenant]?.configuration_version) ?? configuration_version;
  }

  /** The fields that the client picked, by the parameter that the route declares for it; `null`: all. */
  #fields({ values }: Query): readonly string[] | null {
    const { fields } = this.#options.route;
    return fields === undefined ? null : ((values[fields] as readonly string[] | undefined) ?? null);
  }

  /** No finer than the caller may know what is behind a masked answer. */
  #precision(subject: Subject | null): Precision {
    if (this.#options.route.discloses === undefined || subject?.clear === true) return 'exact';
    return subject?.audited === true ? 'names' : 'coarse';
  }
}
