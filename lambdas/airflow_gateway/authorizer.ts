/**
 * The gateway's request authorizer: says whose a token is, and nothing of what it may do, which the proxy decides by the
 * environment and the path.
 * Source: API Gateway guide, "Use API Gateway Lambda authorizers" and "Output from an API Gateway Lambda authorizer".
 */
import { readFileSync } from 'node:fs';
import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { BUNDLE_FILES, VARIABLES } from '../contract.ts';
import { errorChain } from '../error-chain.ts';
import { InvalidTokenError } from '../request-errors.ts';
import { requiredVariable } from '../required-variable.ts';
import { xrayTrace } from '../xray.ts';
import { namesIn } from './names-variable.ts';
import { publishedKeys } from './published-keys.ts';
import { authorizerSettings, GATEWAY_VARIABLES } from './settings.ts';
import { type Reading, TokenReader } from './token-reader.ts';

/** A key that an issuer has withdrawn is believed no longer than this. */
const MAX_KEYS_AGE_MS = 3_600_000;

const settings = authorizerSettings.parse(
  JSON.parse(readFileSync(new URL(BUNDLE_FILES.settings, import.meta.url), 'utf8')),
);
const pool = {
  userPoolId: requiredVariable(process.env, VARIABLES.userPoolId),
  clients: namesIn(process.env, VARIABLES.clients),
};
const local = process.env[GATEWAY_VARIABLES.issuerKeys];
const addresses = local === undefined ? new Map<string, string>() : namesIn(process.env, GATEWAY_VARIABLES.issuerKeys);

let reader = newReader();
let readerSince = Date.now();

function newReader(): TokenReader {
  return new TokenReader(
    settings,
    pool,
    publishedKeys((uri) => addresses.get(uri) ?? uri),
  );
}

/**
 * Lets a bearer in, or says who it is that may not. API Gateway makes 401 of the error "Unauthorized", and 403 of a
 * policy that denies.
 */
export async function handler(event: APIGatewayRequestAuthorizerEvent): Promise<APIGatewayAuthorizerResult> {
  if (Date.now() - readerSince > MAX_KEYS_AGE_MS) {
    reader = newReader();
    readerSince = Date.now();
  }
  let reading: Reading;
  try {
    reading = await reader.read(authorizationOf(event));
  } catch (error) {
    writeLine({ request_id: event.requestContext.requestId, allowed: false, error: errorChain(error) });
    if (error instanceof InvalidTokenError) throw new Error('Unauthorized');
    // Without the issuer's keys nobody can be told apart: API Gateway's 500, and no word about the token.
    throw new Error('the keys of the issuer cannot be had');
  }
  const allowed = reading !== null;
  writeLine({ request_id: event.requestContext.requestId, allowed, principal: reading?.principal ?? null });
  return {
    principalId: reading?.principal ?? 'nobody',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Action: 'execute-api:Invoke',
          // Never silence: beside a resource policy that allows, a policy that says nothing lets the caller in.
          Effect: allowed ? 'Allow' : 'Deny',
          // Every path by a token, since the gateway keeps this decision for the token's next call too.
          Resource: `${event.methodArn.split('/').slice(0, 2).join('/')}/*/airflow/*`,
        },
      ],
    },
    ...(reading !== null && { context: reading }),
  };
}

/** A header that came twice is none: which of the two the next reader takes, nobody knows. */
function authorizationOf({ multiValueHeaders }: APIGatewayRequestAuthorizerEvent): string | undefined {
  const values = Object.entries(multiValueHeaders ?? {})
    .filter(([name]) => name.toLowerCase() === 'authorization')
    .flatMap(([, value]) => value ?? []);
  return values.length === 1 ? values[0] : undefined;
}

/** Written, not console.log'ed: Lambda's JSON log mode would wrap the line. */
function writeLine(line: Record<string, unknown>): void {
  const trace = process.env['MRT_WITH_TRACING'] !== 'off' && xrayTrace();
  process.stdout.write(
    `${JSON.stringify({ event: 'mrt.airflow_authorizer', time: new Date().toISOString(), ...line, ...trace })}\n`,
  );
}
