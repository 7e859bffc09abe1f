/**
 * Runs inside a function instance: loads the handler, asks the Runtime API for work, one invocation at a time.
 * What AWS's own client (`aws-lambda-ric`) does in Lambda, as far as ESM and CommonJS handlers on Node need it.
 */
import { existsSync } from 'node:fs';
import type { ClientRequest, IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Not by `import`: as an ES module node:http loads all of Node's fetch, which Lambda's own client does not cost. */
const { Agent, request: httpRequest } = process.getBuiltinModule('node:http');
const variables = process.env;
const [host = '', port = ''] = (variables['AWS_LAMBDA_RUNTIME_API'] ?? '').split(':');
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

interface LambdaContext {
  functionName: string | undefined;
  functionVersion: string | undefined;
  invokedFunctionArn: string;
  memoryLimitInMB: string | undefined;
  awsRequestId: string;
  logGroupName: string | undefined;
  logStreamName: string | undefined;
  callbackWaitsForEmptyEventLoop: boolean;
  getRemainingTimeInMillis(): number;
}

type Handler = (event: unknown, context: LambdaContext) => unknown;
/** A handler that writes its response itself. */
type StreamingHandler = (event: unknown, response: ClientRequest, context: LambdaContext) => unknown;

/** Handlers that stream, by what `streamifyResponse` made of them. */
const streaming = new Map<unknown, StreamingHandler>();
/** A global of Lambda's runtime on Node (Lambda developer guide, "Writing response streaming-enabled Lambda functions"). */
Object.assign(globalThis, {
  awslambda: {
    streamifyResponse(handler: StreamingHandler): StreamingHandler {
      streaming.set(handler, handler);
      return handler;
    },
  },
});

function call(method: string, path: string, body?: string): Promise<{ headers: IncomingHttpHeaders; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      {
        agent,
        host,
        port,
        method,
        path: `/2018-06-01/runtime/${path}`,
        headers: { 'content-type': 'application/json' },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }));
        response.once('error', reject);
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}

function errorDocument(error: unknown): string {
  const thrown = error instanceof Error ? error : new Error(String(error));
  return JSON.stringify({
    errorType: thrown.name,
    errorMessage: thrown.message,
    trace: (thrown.stack ?? '').split('\n'),
  });
}

async function loadHandler(): Promise<Handler> {
  const [, file = '', name = ''] = /^(.+)\.([^.]+)$/.exec(variables['_HANDLER'] ?? '') ?? [];
  const root = variables['LAMBDA_TASK_ROOT'] ?? '';
  const path = ['.js', '.mjs', '.cjs'].map((ending) => join(root, `${file}${ending}`)).find(existsSync);
  if (path === undefined)
    throw Object.assign(new Error(`Cannot find module '${file}'`), { name: 'Runtime.ImportModuleError' });
  const module = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  const handler = module[name];
  if (typeof handler !== 'function') {
    throw Object.assign(new Error(`${file}.${name} is undefined or not exported`), { name: 'Runtime.HandlerNotFound' });
  }
  return handler as Handler;
}

function contextOf(headers: IncomingHttpHeaders): LambdaContext {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  return {
    functionName: variables['AWS_LAMBDA_FUNCTION_NAME'],
    functionVersion: variables['AWS_LAMBDA_FUNCTION_VERSION'],
    invokedFunctionArn: String(headers['lambda-runtime-invoked-function-arn']),
    memoryLimitInMB: variables['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'],
    awsRequestId: String(headers['lambda-runtime-aws-request-id']),
    logGroupName: variables['AWS_LAMBDA_LOG_GROUP_NAME'],
    logStreamName: variables['AWS_LAMBDA_LOG_STREAM_NAME'],
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

/** The path that an error is to be posted to: changes with the invocation. */
let errorPath = 'init/error';

async function fail(error: unknown): Promise<never> {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  await call('POST', errorPath, errorDocument(error)).catch(() => undefined);
  process.exit(129);
}

process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

/** The response goes out as the handler writes it; that it failed in the midst of it is said after the last byte. */
async function stream(handler: StreamingHandler, event: unknown, context: LambdaContext): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const headers = { ...STREAM_HEADERS, trailer: Object.values(TRAILERS).join(', ') };
  const path = `/2018-06-01/runtime/invocation/${context.awsRequestId}/response`;
  const response = httpRequest({ agent, host, port, method: 'POST', path, headers }, (answered) => {
    answered.resume().once('end', resolve);
  });
  response.once('error', reject);
  const written = Object.assign(response, {
    setContentType: (type: string) => response.setHeader('content-type', type),
  });
  try {
    await handler(event, written, context);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    const type = error instanceof Error ? error.name : 'Error';
    response.addTrailers({
      [TRAILERS.type]: type,
      [TRAILERS.body]: Buffer.from(errorDocument(error)).toString('base64'),
    });
  }
  if (!response.writableEnded) response.end();
  await promise;
}

const STREAM_HEADERS = {
  'content-type': 'application/octet-stream',
  'lambda-runtime-function-response-mode': 'streaming',
  'transfer-encoding': 'chunked',
};
const TRAILERS = { type: 'Lambda-Runtime-Function-Error-Type', body: 'Lambda-Runtime-Function-Error-Body' };

const handler = await loadHandler().catch(fail);
const streams = streaming.get(handler);
for (;;) {
  const { headers, body } = await call('GET', 'invocation/next');
  const context = contextOf(headers);
  variables['_X_AMZN_TRACE_ID'] = String(headers['lambda-runtime-trace-id']);
  errorPath = `invocation/${context.awsRequestId}/error`;
  if (streams !== undefined) {
    await stream(streams, JSON.parse(body), context);
    continue;
  }
  try {
    const result = await handler(JSON.parse(body), context);
    await call('POST', `invocation/${context.awsRequestId}/response`, JSON.stringify(result ?? null));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    await call('POST', errorPath, errorDocument(error));
  }
}
