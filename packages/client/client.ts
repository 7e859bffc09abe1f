/** `@mrt/client`: the MRT API for programs. This is the package's one entry; what is not exported here is not public. */
import { nextCursorOf, requestAddress, secureAddress } from './address.ts';
import { TokenError } from './errors.ts';
import { exchange, jsonOf } from './exchange.ts';
import { ROUTES } from './generated/routes.ts';
import type {
  Answer,
  CsvPath,
  FleetAnswer,
  FleetPath,
  Path,
  Query,
  Row,
  RowPath,
  WholeAnswer,
  WholeQuery,
  WholeRow,
} from './paths.ts';
import type { Retries, Retry } from './retries.ts';
import { type Page, Rows } from './rows.ts';
import type { TokenProvider } from './token-provider.ts';

export { type ClientCredentials, clientCredentials } from './client-credentials.ts';
export { ConnectionError, GatewayError, MrtError, ProblemError, TokenError } from './errors.ts';
export { ROUTES } from './generated/routes.ts';
export type * from './generated/types.ts';
export type * from './paths.ts';
export type { TokenNeed, TokenProvider } from './token-provider.ts';
export type { Retries, Retry, Rows };

/** What a client needs to know. */
export interface MrtClientOptions {
  /** `https://maas-api.<dns_domain>`. Without TLS only on this machine. */
  api: string;
  /** Left out: only what needs no token can be asked. */
  token?: TokenProvider;
  /** Default: the global one. */
  fetch?: typeof fetch;
  retries?: Retries;
  /** For one answer, repetitions not counted. Default 60; the API itself ends after 30. */
  timeoutSeconds?: number;
  /** Of all requests that have none of their own. */
  onRetry?: (retry: Retry) => void;
  /** `User-Agent`; browsers keep their own. */
  userAgent?: string;
}

/** What one request may say beside its parameters. */
export interface RequestOptions {
  /** Ends the request, a wait included; the call throws its reason. */
  signal?: AbortSignal;
  /** Why clear text is wanted: `X-Reason`, which goes into the audit line. Up to 200 printable ASCII characters. */
  reason?: string;
  headers?: Readonly<Record<string, string>>;
  /** Before each wait for a repetition. */
  onRetry?: (retry: Retry) => void;
}

/** A page as CSV. */
export interface CsvPage {
  /** Lines that end with CR LF. The header row stands in the first page only, so that pages add up to one table. */
  text: string;
  nextCursor: string | null;
  /** False: something that belongs here is missing. */
  complete: boolean;
  asOf: string | null;
}

/** Asks the API. Holds no connection and needs no end. */
export class MrtClient {
  readonly #api: URL;
  readonly #options: MrtClientOptions;

  /** @throws TypeError for an address that is none, or not safe */
  constructor(options: MrtClientOptions) {
    this.#api = secureAddress(options.api);
    this.#options = options;
  }

  /** The JSON answer. @throws MrtError; the signal's reason */
  get<P extends Path>(path: P, query?: WholeQuery<P>, options?: RequestOptions): Promise<WholeAnswer<P>>;
  get<P extends Path>(path: P, query: Query<P>, options?: RequestOptions): Promise<Answer<P>>;
  get(path: Path, query: object = {}, options: RequestOptions = {}): Promise<unknown> {
    return this.#ask(path, query, options, 'application/json', jsonOf);
  }

  /**
   * The newest recorded summaries of several environments: `environment` is a comma list or `*`. The same request as
   * `get`, which has another answer then; a page of it, with `next_cursor`.
   *
   * @throws MrtError; the signal's reason
   */
  fleet<P extends FleetPath>(path: P, query: Query<P>, options: RequestOptions = {}): Promise<FleetAnswer<P>> {
    return this.#ask(path, query, options, 'application/json', jsonOf<FleetAnswer<P>>);
  }

  /**
   * Page after page, from `cursor` or the start to the last. Each is read whole before it is given, so that a broken
   * connection costs one page, and whoever keeps `next_cursor` can go on within 24 hours.
   *
   * @throws MrtError; the signal's reason
   */
  pages<P extends RowPath>(path: P, query?: WholeQuery<P>, options?: RequestOptions): AsyncGenerator<WholeAnswer<P>>;
  pages<P extends RowPath>(path: P, query: Query<P>, options?: RequestOptions): AsyncGenerator<Answer<P>>;
  async *pages(path: RowPath, query: object = {}, options: RequestOptions = {}): AsyncGenerator<unknown> {
    let at = query;
    for (;;) {
      const page = await this.#ask(path, at, options, 'application/json', jsonOf<Page>);
      yield page;
      if (page.next_cursor === null) return;
      at = { ...query, cursor: page.next_cursor };
    }
  }

  /** The rows of all pages. @throws MrtError and the signal's reason, while it is read */
  rows<P extends RowPath>(
    path: P,
    query?: WholeQuery<P>,
    options?: RequestOptions,
  ): Rows<WholeRow<P>, WholeAnswer<P> & Page>;
  rows<P extends RowPath>(path: P, query: Query<P>, options?: RequestOptions): Rows<Row<P>, Answer<P> & Page>;
  rows(path: RowPath, query: object = {}, options: RequestOptions = {}): Rows<unknown, Page> {
    return new Rows(ROUTES[path].rows, () => this.pages(path, query, options) as AsyncGenerator<Page>);
  }

  /**
   * Page after page as CSV; the texts one after the other are one table.
   *
   * @param options `header: false` leaves the header row out of the first page too: to go on with a file
   * @throws MrtError; the signal's reason
   */
  async *csvPages<P extends CsvPath>(
    path: P,
    query?: Query<P>,
    options: RequestOptions & { header?: boolean } = {},
  ): AsyncGenerator<CsvPage, void, undefined> {
    let at: object = query ?? {};
    let header = options.header ?? true;
    for (;;) {
      const page = await this.#ask(path, at, options, 'text/csv', csvPageOf);
      yield header ? page : { ...page, text: page.text.slice(page.text.indexOf('\r\n') + 2) };
      if (page.nextCursor === null) return;
      at = { ...query, cursor: page.nextCursor };
      header = false;
    }
  }

  /**
   * Any representation, its body unread: a stream. What breaks off while it is read is not asked for again.
   *
   * @param options `accept`: the media types, by default JSON
   * @throws MrtError; the signal's reason
   */
  request<P extends Path>(
    path: P,
    query: Query<P> | undefined = undefined,
    options: RequestOptions & { accept?: string } = {},
  ): Promise<Response> {
    return this.#ask(path, query ?? {}, options, options.accept ?? 'application/json', async (response) => response);
  }

  #ask<T>(
    path: Path,
    query: object,
    { signal, reason, headers = {}, onRetry = this.#options.onRetry }: RequestOptions,
    accept: string,
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    const { token, userAgent, fetch = globalThis.fetch, retries, timeoutSeconds = 60 } = this.#options;
    if (ROUTES[path].token && token === undefined) {
      return Promise.reject(new TokenError(`${path} needs a token, and the client has none to give`, null, null));
    }
    const asked = {
      address: requestAddress(this.#api, path, query as Record<string, unknown>),
      headers: {
        ...headers,
        accept,
        ...(reason === undefined ? {} : { 'x-reason': reason }),
        ...(userAgent === undefined ? {} : { 'user-agent': userAgent }),
      },
      token: ROUTES[path].token ? (token ?? null) : null,
      signal,
      onRetry,
    };
    return exchange(asked, { fetch, retries, timeoutSeconds }, read);
  }
}

async function csvPageOf(response: Response): Promise<CsvPage> {
  return {
    text: await response.text(),
    nextCursor: nextCursorOf(response),
    complete: response.headers.get('x-complete') === 'true',
    asOf: response.headers.get('x-as-of'),
  };
}
