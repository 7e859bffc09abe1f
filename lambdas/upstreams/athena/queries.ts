/**
 * Queries of Athena: started, looked after, read, stopped. Four operations of its JSON protocol over the project's own
 * signed HTTPS: the SDK's client is 300 kB. Source: Athena API reference.
 */
import * as z from 'zod/mini';
import type { Context } from '../../context.ts';
import type { Reader } from '../../environment-settings.ts';
import { UpstreamFailedError } from '../../upstream-errors.ts';
import { credentialsOf } from '../reader-credentials.ts';
import { withRetries } from '../retry.ts';
import { readBody } from '../s3/body.ts';
import { signedPost } from '../s3/signed-https.ts';
import { ATHENA, athenaFault, queryFault } from './fault.ts';

/** A query as it is started. */
export interface Query {
  sql: string;
  workgroup: string;
  /** 32 to 128 characters: the same token starts the same query once. */
  token: string;
  /** Minutes for which an answer that Athena has kept will do, up to 10,080. */
  reuse_minutes: number;
}

/** Where a query stands. `output`: the object that has its rows as CSV, `s3://bucket/key`. */
export type QueryState =
  | { state: 'running' }
  | { state: 'succeeded'; bytes_scanned: number; reused: boolean; output: string | null }
  | { state: 'cancelled' }
  | { state: 'failed'; error: Error };

/** A row by the names of its columns; `null` where it has no value. */
export type QueryRow = Readonly<Record<string, string | null>>;

const started = z.object({ QueryExecutionId: z.string().check(z.regex(/^[\w-]{1,128}$/)) });
const execution = z.object({
  QueryExecution: z.object({
    Status: z.object({
      State: z.enum(['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED']),
      StateChangeReason: z.optional(z.string()),
      AthenaError: z.optional(z.object({ ErrorType: z.optional(z.number()) })),
    }),
    ResultConfiguration: z.optional(z.object({ OutputLocation: z.optional(z.string()) })),
    Statistics: z.optional(
      z.object({
        DataScannedInBytes: z.optional(z.number()),
        ResultReuseInformation: z.optional(z.object({ ReusedPreviousResult: z.boolean() })),
      }),
    ),
  }),
});
const results = z.object({
  NextToken: z.optional(z.string()),
  ResultSet: z.object({
    Rows: z.array(z.object({ Data: z.array(z.object({ VarCharValue: z.optional(z.string()) })) })),
  }),
});

/** A page of 1,000 rows of totals; a row's label may be a key of 1,024 bytes. */
const MAX_ANSWER_BYTES = 5 * 1024 * 1024;
/** More pages than a statement's own limits let come. */
const MAX_PAGES = 20;

/** Queries of one request. */
export class AthenaQueries {
  readonly #region: string;
  readonly #context: Context;
  readonly #reader: Reader | undefined;

  /**
   * @param region the function's own
   * @param reader of the tenant whose reports are asked; left out: the function's own role asks
   */
  constructor(region: string, context: Context, reader?: Reader) {
    this.#region = region;
    this.#context = context;
    this.#reader = reader;
  }

  /**
   * Starts a query, or gives the id of the one that the token has started before.
   *
   * @returns its id
   * @throws UpstreamFailedError, UpstreamThrottledError, UpstreamTimeoutError
   */
  async start({ sql, workgroup, token, reuse_minutes }: Query): Promise<string> {
    const answer = await this.#ask('StartQueryExecution', {
      QueryString: sql,
      WorkGroup: workgroup,
      ClientRequestToken: token,
      ResultReuseConfiguration: { ResultReuseByAgeConfiguration: { Enabled: true, MaxAgeInMinutes: reuse_minutes } },
    });
    return checked(started, answer).QueryExecutionId;
  }

  /** @throws as {@link start} */
  async stateOf(id: string): Promise<QueryState> {
    const answer = await this.#ask('GetQueryExecution', { QueryExecutionId: id });
    const { Status, Statistics, ResultConfiguration } = checked(execution, answer).QueryExecution;
    switch (Status.State) {
      case 'SUCCEEDED':
        return {
          state: 'succeeded',
          bytes_scanned: Statistics?.DataScannedInBytes ?? 0,
          reused: Statistics?.ResultReuseInformation?.ReusedPreviousResult ?? false,
          output: ResultConfiguration?.OutputLocation ?? null,
        };
      case 'FAILED':
        return {
          state: 'failed',
          error: queryFault(Status.StateChangeReason ?? '', Status.AthenaError?.ErrorType ?? null),
        };
      case 'CANCELLED':
        return { state: 'cancelled' };
      default:
        return { state: 'running' };
    }
  }

  /** Stops a query whose answer nobody will come for; one that has ended stays as it is. @throws as {@link start} */
  async stop(id: string): Promise<void> {
    await this.#ask('StopQueryExecution', { QueryExecutionId: id });
  }

  /** All rows of a query that has succeeded. @throws as {@link start} */
  async rowsOf(id: string): Promise<QueryRow[]> {
    const rows: (string | null)[][] = [];
    let token: string | undefined;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const answer = await this.#ask('GetQueryResults', {
        QueryExecutionId: id,
        MaxResults: 1_000,
        ...(token !== undefined && { NextToken: token }),
      });
      const { ResultSet, NextToken } = checked(results, answer);
      rows.push(...ResultSet.Rows.map(({ Data }) => Data.map(({ VarCharValue }) => VarCharValue ?? null)));
      token = NextToken;
      if (token === undefined) break;
    }
    // The first row holds the names of the columns (Athena API reference, "GetQueryResults").
    const [names, ...values] = rows;
    if (names === undefined || token !== undefined) throw new UpstreamFailedError(ATHENA, 'invalid-answer');
    return values.map((row) => Object.fromEntries(names.map((name, index) => [name ?? '', row[index] ?? null])));
  }

  #ask(operation: string, input: object): Promise<unknown> {
    return this.#context.timing.of(ATHENA, () => withRetries(() => this.#askOnce(operation, input), this.#context));
  }

  async #askOnce(operation: string, input: object): Promise<unknown> {
    const endpoint = process.env['AWS_ENDPOINT_URL_ATHENA'] || `https://athena.${this.#region}.amazonaws.com`;
    const credentials = await credentialsOf(this.#reader, this.#context);
    const response = await signedPost(
      {
        upstream: ATHENA,
        service: 'athena',
        region: this.#region,
        credentials,
        endpoint: new URL(endpoint),
        path: '/',
        headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `AmazonAthena.${operation}` },
      },
      JSON.stringify(input),
      this.#context,
    );
    const body = (await readBody(response, ATHENA, MAX_ANSWER_BYTES)).toString('utf8');
    if (response.statusCode !== 200) throw athenaFault(response.statusCode ?? 0, body);
    try {
      return JSON.parse(body);
    } catch (cause) {
      throw new UpstreamFailedError(ATHENA, 'invalid-answer', { cause });
    }
  }
}

function checked<T extends z.ZodMiniType>(schema: T, answer: unknown): z.output<T> {
  const parsed = schema.safeParse(answer);
  if (!parsed.success) throw new UpstreamFailedError(ATHENA, 'invalid-answer', { cause: parsed.error });
  return parsed.data;
}
