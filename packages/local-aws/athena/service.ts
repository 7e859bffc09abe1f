/** The local Athena: four operations over AWS JSON 1.1, SigV4 and IAM checked, the SQL run by DuckDB. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import type { DeployedAthena } from '../cloudformation/deployed-athena.ts';
import type { StackPlace } from '../cloudformation/template.ts';
import type { Iam, Principal } from '../iam/iam.ts';
import { payloadMatches, verifyRequest } from '../iam/sigv4.ts';
import type { Store } from '../s3/store.ts';
import { Faults } from '../service/faults.ts';
import { type HttpService, listen, send } from '../service/http-service.ts';
import { readBody } from '../service/request-body.ts';
import { SIGNATURE_REFUSALS } from '../service/signature-refusals.ts';
import { Engine } from './engine.ts';
import { AthenaError } from './error.ts';
import { Executions } from './executions.ts';
import { ForwardedSession } from './objects.ts';

/** Who may ask, and over which tables and objects. */
export interface AthenaOptions {
  iam: Iam;
  deployed: DeployedAthena;
  place: StackPlace;
  store: Store;
  /** A folder for the files that DuckDB reads. */
  directory: string;
  /** Left out, a free one. */
  port?: number;
}

/** With its queries, for tests. */
export interface AthenaService extends HttpService {
  executions: Executions;
}

/** Starts it on 127.0.0.1. */
export async function startAthena(options: AthenaOptions): Promise<AthenaService> {
  const { tables, workgroups } = options.deployed;
  const engine = new Engine({ tables, place: options.place, directory: options.directory });
  const executions = new Executions(engine, workgroups);
  const faults = new Faults();
  const server = createServer((request, response) => {
    void answer(request, response, options, executions, faults);
  });
  return { ...(await listen(server, options.port ?? 0, faults)), executions };
}

const CONTENT_TYPE = 'application/x-amz-json-1.1';
const TARGET = 'AmazonAthena.';
const SKEW_MS = 5 * 60_000;
/** Athena quotas: a query has 262,144 bytes at most. */
const MAX_BODY_BYTES = 512 * 1024;
const MAX_RESULTS = 1_000;

const Start = z.object({
  QueryString: z.string().min(1).max(262_144),
  WorkGroup: z.string().default('primary'),
  ClientRequestToken: z.string().min(32).max(128),
  ResultReuseConfiguration: z
    .object({ ResultReuseByAgeConfiguration: z.object({ Enabled: z.boolean(), MaxAgeInMinutes: z.int().max(10_080) }) })
    .optional(),
});
const ById = z.object({
  QueryExecutionId: z.string(),
  NextToken: z.string().optional(),
  MaxResults: z.int().min(1).max(MAX_RESULTS).default(MAX_RESULTS),
});

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: AthenaOptions,
  executions: Executions,
  faults: Faults,
): Promise<void> {
  response.setHeader('x-amzn-requestid', randomUUID());
  const outcome = await perform(request, options, executions, faults).catch((cause: unknown) => {
    if (cause instanceof AthenaError) return cause;
    if (cause instanceof z.ZodError) return new AthenaError('InvalidRequestException', z.prettifyError(cause));
    return new AthenaError('InternalServerException', String(cause));
  });
  // The client hears nothing, as from a server that is gone.
  if (outcome === 'silent') return;
  const isError = outcome instanceof AthenaError;
  const content = Buffer.from(JSON.stringify(isError ? { __type: outcome.code, Message: outcome.message } : outcome));
  const headers = { 'content-type': CONTENT_TYPE, 'content-length': content.length };
  await send(response, { status: isError ? outcome.status : 200, headers, body: [content] }, false);
}

async function perform(
  request: IncomingMessage,
  options: AthenaOptions,
  executions: Executions,
  faults: Faults,
): Promise<object | 'silent'> {
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body === null) throw new AthenaError('InvalidRequestException', 'The request is too large.');
  const target = String(request.headers['x-amz-target'] ?? '');
  const operation = target.startsWith(TARGET) ? target.slice(TARGET.length) : '';
  const principal = authenticated(request, body, options.iam);
  const fault = await faults.next(operation);
  if (fault === 'silent') return 'silent';
  if (fault === 'throttled') throw new AthenaError('TooManyRequestsException', 'Rate exceeded');
  if (fault === 'denied') throw new AthenaError('AccessDeniedException', 'Access denied');
  if (fault !== undefined) throw new AthenaError('InternalServerException', 'Internal error');
  const input: unknown = JSON.parse(body.toString());
  if (operation === 'StartQueryExecution') return start(Start.parse(input), principal, options, executions);
  const { QueryExecutionId: id, ...paging } = ById.parse(input);
  const execution = executions.get(id);
  const { iam, place } = options;
  permit(iam, principal, operation, execution.workgroup, place);
  switch (operation) {
    case 'GetQueryExecution':
      return described(execution);
    case 'StopQueryExecution':
      executions.stop(id);
      return {};
    case 'GetQueryResults':
      return resultsOf(execution, paging.NextToken, paging.MaxResults);
    default:
      throw new AthenaError('UnknownOperationException', 'This operation is not offered here.');
  }
}

function authenticated(request: IncomingMessage, body: Buffer, iam: Iam): Principal {
  const wire = { method: request.method ?? '', target: request.url ?? '', headers: request.headers, body };
  const signed = verifyRequest(wire, { iam, service: 'athena', skewMs: SKEW_MS });
  if (typeof signed === 'string') throw new AthenaError(...SIGNATURE_REFUSALS[signed]);
  if (!payloadMatches(body, signed)) throw new AthenaError(...SIGNATURE_REFUSALS['wrong-payload']);
  return signed.principal;
}

/** Every operation is on a workgroup (Service Authorization Reference, "Actions … for Amazon Athena"). */
function permit(iam: Iam, principal: Principal, operation: string, workgroup: string, place: StackPlace): void {
  const resource = `arn:aws:athena:${place.region}:${place.account}:workgroup/${workgroup}`;
  const decision = iam.decide(principal, `athena:${operation}`, resource, {});
  if (!decision.allowed) throw new AthenaError('AccessDeniedException', decision.reason);
}

function start(
  input: z.output<typeof Start>,
  principal: Principal,
  { iam, place, store }: AthenaOptions,
  executions: Executions,
): object {
  permit(iam, principal, 'StartQueryExecution', input.WorkGroup, place);
  const reuse = input.ResultReuseConfiguration?.ResultReuseByAgeConfiguration;
  const query = {
    sql: input.QueryString,
    workgroup: input.WorkGroup,
    token: input.ClientRequestToken,
    reuseMinutes: reuse?.Enabled ? reuse.MaxAgeInMinutes : 0,
  };
  return { QueryExecutionId: executions.start(query, new ForwardedSession(iam, store, principal)) };
}

function described(execution: ReturnType<Executions['get']>): object {
  const { id, state, reason, result, reused, output, workgroup, submitted } = execution;
  return {
    QueryExecution: {
      QueryExecutionId: id,
      WorkGroup: workgroup,
      ResultConfiguration: { OutputLocation: output },
      Status: {
        State: state,
        SubmissionDateTime: submitted / 1_000,
        ...(reason !== null && { StateChangeReason: reason }),
      },
      Statistics: {
        DataScannedInBytes: result?.scannedBytes ?? 0,
        ResultReuseInformation: { ReusedPreviousResult: reused },
      },
    },
  };
}

/** The names of the columns are the first row of the first page. */
function resultsOf(execution: ReturnType<Executions['get']>, token: string | undefined, most: number): object {
  const { result, state } = execution;
  if (result === null) {
    throw new AthenaError('InvalidRequestException', `Query has not yet finished. Current state: ${state}`);
  }
  const all = [result.columns, ...result.rows];
  const first = token === undefined ? 0 : Number(token);
  const rows = all.slice(first, first + most);
  return {
    ResultSet: {
      Rows: rows.map((row) => ({ Data: row.map((value) => (value === null ? {} : { VarCharValue: value })) })),
      ResultSetMetadata: { ColumnInfo: result.columns.map((name) => ({ Name: name, Type: 'varchar' })) },
    },
    ...(first + most < all.length && { NextToken: String(first + most) }),
  };
}
