/**
 * Runs each bundle of an assembly under AWS's own Lambda runtime client and asks it once.
 * `node .ci/deep.d/runtime-client.ts <assembly> <folder of aws-lambda-ric>`
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const [assembly = '', client = ''] = process.argv.slice(2);
const TIMEOUT_MS = 30_000;

interface LambdaFunction {
  Type: string;
  Properties: {
    Description: string;
    Handler: string;
    Code: { S3Key: string };
    Environment?: { Variables: Record<string, unknown> };
  };
}

/** What CloudFormation would put in place of a reference, where any word does not do. */
const REFERENCES: Record<string, string> = {
  MRT_USER_POOL_ID: 'eu-west-1_AbCdEfGhI',
  MRT_CLIENTS: '{}',
  MRT_AIRFLOW_ROLES: '{}',
};

/** The function's own variables. Options of Node are left out, as they are the runtime's business. */
function variablesOf({ Environment }: LambdaFunction['Properties']): Record<string, string> {
  const { NODE_OPTIONS: _, ...variables } = Environment?.Variables ?? {};
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : (REFERENCES[name] ?? 'a-name'),
    ]),
  );
}

/** What a function is asked, and what it must say: it loads, and lets nobody in without keys. */
function questionFor(description: string): { event: unknown; expected: number | 'error' } {
  const path = / GET (\/.+)$/.exec(description)?.[1];
  if (path !== undefined) return { event: gatewayEvent(path), expected: path === '/health' ? 200 : 401 };
  // Nobody's call: the authorizer in front of it would have let nobody through.
  if (/ Airflow gateway, (reads|starts)/.test(description)) return { event: restEvent(), expected: 401 };
  if (description.endsWith(': documents')) return { event: gatewayEvent('/openapi.json'), expected: 200 };
  return { event: {}, expected: 'error' };
}

/** Of an answer read whole, or of the head of one that is streamed: eight zero bytes end it. */
function statusOf(body: string): unknown {
  const [head = ''] = body.split('\0'.repeat(8));
  return JSON.parse(head).statusCode;
}

function json(suffix: string) {
  const name = readdirSync(assembly).find((file) => file.endsWith(suffix) && !file.includes('-edge.')) ?? '';
  return JSON.parse(readFileSync(join(assembly, name), 'utf8'));
}

/** What the function answered, or the error that it reported, over the Runtime API. */
async function askOnce(
  directory: string,
  properties: LambdaFunction['Properties'],
  event: unknown,
): Promise<{ kind: string; body: string }> {
  let child: ChildProcess | undefined;
  const { promise, resolve, reject } = Promise.withResolvers<{ kind: string; body: string }>();
  let handedOut = false;
  const server = createServer(async (request, response) => {
    const path = request.url ?? '';
    if (path.endsWith('/invocation/next')) {
      // A second question never comes: the answer to the first ends the test.
      if (handedOut) return;
      handedOut = true;
      response.writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': 'request-1',
        'lambda-runtime-deadline-ms': String(Date.now() + TIMEOUT_MS),
        'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:eu-west-1:111122223333:function:test',
      });
      response.end(JSON.stringify(event));
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    response.writeHead(202).end('{}');
    resolve({ kind: path.split('/').at(-1) ?? '', body: Buffer.concat(chunks).toString() });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const timer = setTimeout(() => reject(new Error('no answer')), TIMEOUT_MS);
  try {
    child = spawn(process.execPath, [join(client, 'index.mjs'), properties.Handler], {
      cwd: directory,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${(server.address() as AddressInfo).port}`,
        LAMBDA_TASK_ROOT: directory,
        _HANDLER: properties.Handler,
        AWS_LAMBDA_FUNCTION_NAME: 'test',
        AWS_LAMBDA_FUNCTION_VERSION: '1',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
        AWS_LAMBDA_LOG_GROUP_NAME: 'group',
        AWS_LAMBDA_LOG_STREAM_NAME: 'stream',
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'key',
        AWS_SECRET_ACCESS_KEY: 'secret',
        // Nothing listens there: without keys nobody may be let in.
        AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9',
        AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: 'http://127.0.0.1:9',
        ...variablesOf(properties),
      },
    });
    child.once('exit', (code) => reject(new Error(`the runtime ended with ${code}`)));
    return await promise;
  } finally {
    clearTimeout(timer);
    child?.removeAllListeners('exit');
    child?.kill('SIGKILL');
    server.closeAllConnections();
    server.close();
  }
}

function gatewayEvent(path: string) {
  const http = { method: 'GET', path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' };
  return {
    version: '2.0',
    routeKey: `GET ${path}`,
    rawPath: path,
    rawQueryString: '',
    headers: { host: 'api.example.com' },
    requestContext: { http, requestId: 'r', routeKey: `GET ${path}`, stage: '$default', timeEpoch: Date.now() },
    isBase64Encoded: false,
  };
}

function restEvent() {
  const requestContext = { requestId: 'r', accountId: '111122223333', authorizer: null, identity: { userArn: null } };
  return { path: '/airflow/etl-prod/dags', httpMethod: 'GET', body: null, isBase64Encoded: false, requestContext };
}

const { files } = json('.assets.json');
const functions = Object.values<LambdaFunction>(json('.template.json').Resources).filter(
  ({ Type }) => Type === 'AWS::Lambda::Function',
);
let failed = 0;
for (const { Properties } of functions) {
  const directory = join(assembly, files[Properties.Code.S3Key.replace('.zip', '')].source.path);
  const { event, expected } = questionFor(Properties.Description);
  const { kind, body } = await askOnce(directory, Properties, event);
  const answer = kind === 'response' ? statusOf(body) : kind;
  // A variable that is not there would be an error too, and must not pass for the one that is expected.
  const passed = answer === expected && !body.includes('is not set');
  if (!passed) failed += 1;
  const name = Properties.Description.split(': ').at(-1);
  process.stdout.write(`${passed ? 'ok  ' : 'FAIL'} ${name}: ${answer} ${passed ? '' : body.slice(0, 200)}\n`);
}
process.stdout.write(`aws-lambda-ric: ${functions.length - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
