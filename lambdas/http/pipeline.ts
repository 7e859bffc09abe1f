/** A request's way through the door, step by step. Knows neither Lambda nor API Gateway. */
import { type Context, Timing } from '../context.ts';
import type { Scope, Settings } from '../contract.ts';
import { ReasonRequiredError } from '../errors.ts';
import type { Answer, NamedEnvironment } from '../exchange.ts';
import type { Route } from '../route.ts';
import { acceptsGzip, type MediaType, negotiate } from './accept.ts';
import type { Admission, Admitted } from './admission.ts';
import { dependencyKey, etagOf, KnownAnswers, matches } from './caching.ts';
import { type Binding, cursorKeyVersion, readCursor, signCursor } from './cursor.ts';
import { deadlineOf, withinDeadline } from './deadline.ts';
import { chooseEnvironment, otherEnvironment } from './environment.ts';
import type { HttpRequest, HttpResponse } from './event.ts';
import { logAudit, logRequest, type RequestLine } from './log.ts';
import { problemOf } from './problem.ts';
import { limitOf, type Query, queryParser } from './query.ts';
import { reasonOf } from './reason.ts';
import { represent } from './representation.ts';
import { type Common, nextLink, notModified, refuse, respond } from './respond.ts';

type Domain = (request: unknown, upstreams: unknown) => Promise<Answer<Record<string, unknown>, unknown>>;

/** What the request turned out to be about. */
interface Subject extends Admitted {
  query: Query;
  media_type: MediaType;
  limit: number;
  environment: NamedEnvironment | null;
  binding: Binding;
  /** Further environments that the domain looked at. */
  others: string[];
}

export class Pipeline {
  readonly #route: Route;
  readonly #domain: Domain;
  readonly #upstreams: (context: Context) => unknown;
  readonly #settings: Settings;
  readonly #admission: Admission;
  readonly #parse: (query: string) => Query;
  readonly #forms: readonly MediaType[];
  readonly #known = new KnownAnswers();

  constructor(
    route: Route,
    domain: Domain,
    upstreams: (context: Context) => unknown,
    settings: Settings,
    admission: Admission,
  ) {
    this.#route = route;
    this.#domain = domain;
    this.#upstreams = upstreams;
    this.#settings = settings;
    this.#admission = admission;
    this.#parse = queryParser(route);
    this.#forms = route.rows === null ? ['application/json'] : ['application/json', 'text/csv'];
  }

  /** Answers, whatever happens. `latest`: when the function itself ends, in milliseconds since the epoch. */
  async answer(http: HttpRequest, latest: number): Promise<HttpResponse> {
    const timing = new Timing();
    const { base_address } = this.#settings;
    const common: Common = { request_id: http.id, base_address, path: http.path, timing, started: performance.now() };
    const line: RequestLine = {
      request_id: http.id,
      principal: null,
      stage: this.#settings.stage,
      route: this.#route.name,
      environment: null,
      method: http.method,
      status: 200,
      problem: null,
      rows: null,
      complete: null,
      duration_ms: 0,
      timing,
      error: null,
    };
    let response: HttpResponse;
    try {
      response = await this.#serve(http, latest, common, line);
    } catch (error) {
      line.error = error;
      line.problem = problemOf(error);
      response = refuse(line.problem, common);
    }
    line.status = response.status;
    line.duration_ms = performance.now() - common.started;
    logRequest(line);
    return response;
  }

  async #serve(http: HttpRequest, latest: number, common: Common, line: RequestLine): Promise<HttpResponse> {
    // Until the parameters are known, the token's check has the default deadline.
    const opening = { requestId: http.id, deadline: deadlineOf(http, null, latest, Date.now()), timing: common.timing };
    const admitted = await this.#admission.admit(http.header('authorization'), opening);
    line.principal = admitted.principal;
    const subject = this.#subject(http, admitted);
    line.environment = subject.binding.environment;
    const reason = this.#reason(http, subject.query);
    const gzip = acceptsGzip(http.header('accept-encoding'));
    const context = { ...opening, deadline: deadlineOf(http, subject.query.budget_s, latest, Date.now()) };

    const key = dependencyKey({
      route: this.#route.name,
      target: `${line.environment ?? ''}?${http.query}`,
      configuration_version: this.#settings.configuration_version,
      rights: JSON.stringify(admitted.readable.map((one) => [one.environment.name, one.scopes])),
      representation: `${subject.media_type}${gzip ? '+gzip' : ''}`,
    });
    const ifNoneMatch = http.header('if-none-match');
    const known = this.#known.etag(key);
    if (known !== null && matches(ifNoneMatch, known.etag)) return notModified(known.etag, known.max_age, common);

    // Read beside the domain: an answer that has used up its time must still get its cursor signed.
    const reading = this.#route.rows === null ? null : this.#admission.keys(context);
    reading?.catch(() => undefined);
    const answer = await withinDeadline(this.#ask(subject, context), context.deadline);
    const state = answer.revision === undefined ? answer.as_of : `${answer.as_of} ${answer.revision}`;
    const etag = answer.clear === undefined ? etagOf(key, state) : null;
    if (etag !== null && answer.fresh_until !== undefined) this.#known.remember(key, etag, answer);
    if (etag !== null && matches(ifNoneMatch, etag)) return notModified(etag, answer.max_age, common);

    const pages = answer.next !== null || answer.position_after !== undefined;
    const signing = pages ? await reading : null;
    // One moment for both: the cursor in the body and the one in the Link header are the same.
    const signed_at = Date.now();
    const link = (position: unknown) =>
      position === null || signing === null ? null : signCursor(position, subject.binding, signing, signed_at);
    const fields = Array.isArray(subject.query.values['fields']) ? (subject.query.values['fields'] as string[]) : null;
    const made = represent(this.#route, answer, { media_type: subject.media_type, gzip, fields }, link);
    line.rows = made.rows;
    line.complete = answer.body.complete;
    if (answer.clear !== undefined || answer.audited === true) {
      logAudit({
        request_id: http.id,
        principal: line.principal,
        route: this.#route.name,
        environments: [line.environment, ...subject.others].filter((name) => name !== null),
        filters: subject.query.filters.map(([name]) => name),
        fields: answer.clear?.fields ?? [],
        rows: made.rows,
        clear: answer.clear !== undefined,
        reason,
        status: 200,
      });
    }
    return respond(answer, made, etag, nextLink(http, link(made.next), this.#settings.base_address), common);
  }

  #subject(http: HttpRequest, admitted: Admitted): Subject {
    const { name, environment: wanted } = this.#route;
    const query = this.#parse(http.query);
    const media_type = negotiate(http.header('accept'), this.#forms);
    const environment = wanted ? chooseEnvironment(query.environment, admitted.readable, name) : null;
    const binding = { route: name, environment: environment?.name ?? null, filters: query.filters };
    return { ...admitted, query, media_type, limit: limitOf(query, media_type), environment, binding, others: [] };
  }

  #reason(http: HttpRequest, query: Query): string | null {
    const reason = reasonOf(http.header('x-reason'));
    const clear = query.values['clear'] === true || query.values['reveal'] === true;
    if (clear && reason === null && this.#settings.limits.reason_required) throw new ReasonRequiredError();
    return reason;
  }

  async #ask(subject: Subject, context: Context): Promise<Answer<Record<string, unknown>, unknown>> {
    const { query, binding, environment, readable } = subject;
    const scopes = readable.find((one) => one.environment === environment)?.scopes ?? [];
    const { cursor } = query;
    const request = {
      parameters: query.values,
      limit: subject.limit,
      position:
        cursor === null
          ? null
          : readCursor(cursor, binding, await this.#admission.keys(context, cursorKeyVersion(cursor)), Date.now()),
      deadline: context.deadline,
      readable: () => readable,
      version: this.#settings.version,
      csv: subject.media_type === 'text/csv',
      environment,
      allows: (scope: Scope) => scopes.includes(scope),
      other: (name: string) => {
        subject.others.push(name);
        return otherEnvironment(name, readable, this.#route.name);
      },
      keys: () => this.#admission.keys(context),
    };
    return this.#domain(request, this.#upstreams(context));
  }
}
