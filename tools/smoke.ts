/**
 * `npm run smoke -- config/<stage>.json`: asks each route for each environment and says what is missing.
 * Address and token endpoint come from `.deploy/<stage>.json`, which `npm run deploy` writes, the client from
 * MRT_CLIENT_ID and MRT_CLIENT_SECRET; with config/local.json all of it from the running local system.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { readConfig } from '../config/read.ts';
import type { Config } from '../config/schema.ts';
import { routes } from '../lambdas/routes.ts';
import { adviceFor, type Finding, type ObservedAnswer } from './smoke-advice.ts';

/** Where to ask, and as whom. */
export interface Target {
  /** Address of the API. */
  api: string;
  token_endpoint: string;
  /** An app client of the stage; it decides which environments can be asked for. */
  client_id: string;
  client_secret: string;
}

/**
 * Asks everything, one question after the other: cold functions and small databases are not to be flooded.
 *
 * @throws Error when there is no token, without which nothing can be asked
 */
export async function* smoke(target: Target): AsyncGenerator<Finding> {
  const health = await ask(target.api, '/health', null);
  yield { question: 'GET /health', advice: adviceFor(health) };
  const closed = await ask(target.api, '/environments', null);
  yield {
    question: 'GET /environments without a token',
    advice: closed.status === 401 ? null : `${closed.status} instead of 401: the authorizer is not in the way.`,
  };
  // From here on as the client: what it may not read is not asked for, and said at the end.
  const token = await tokenFrom(target);
  const environments = await ask(target.api, '/environments', token);
  yield { question: 'GET /environments', advice: adviceFor(environments) };
  for (const { environment, offers } of permitted(environments)) {
    for (const route of routes.filter(({ name }) => offers.includes(name))) {
      const question = `${route.path}?environment=${encodeURIComponent(environment)}`;
      yield { question: `GET ${question}`, advice: adviceFor(await ask(target.api, question, token)) };
    }
  }
}

/** Environments of the configuration that the client may not read, which smoke therefore says nothing about. */
export async function unseen(target: Target, config: Config): Promise<string[]> {
  const seen = permitted(await ask(target.api, '/environments', await tokenFrom(target)));
  return Object.keys(config.environments).filter((name) => !seen.some(({ environment }) => environment === name));
}

/** Only what is used: a newer release may say more. */
const environmentList = z.object({
  environments: z.array(z.object({ environment: z.string(), offers: z.array(z.string()) })),
});

/** Environments that the client may read, with the routes that each offers. */
function permitted({ body }: ObservedAnswer) {
  const parsed = environmentList.safeParse(body);
  return parsed.success ? parsed.data.environments : [];
}

/** A gateway answers within 30 s. @throws Error when there is no connection at all */
async function ask(api: string, path: string, token: string | null): Promise<ObservedAnswer> {
  const response = await fetch(new URL(path, api), {
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(35_000),
  });
  const body = await response.json().catch(() => null);
  return { status: response.status, body: body as ObservedAnswer['body'] };
}

/** By the client-credentials grant (RFC 6749, section 4.4), with every scope that the client has. @throws Error */
async function tokenFrom({ token_endpoint, client_id, client_secret }: Target): Promise<string> {
  const response = await fetch(token_endpoint, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
    signal: AbortSignal.timeout(10_000),
  });
  const parsed = z.object({ access_token: z.string() }).safeParse(await response.json().catch(() => null));
  if (!parsed.success) throw new Error(`no token (${response.status}): compare MRT_CLIENT_ID and MRT_CLIENT_SECRET`);
  return parsed.data.access_token;
}

/** @throws Error that says which file or variable is missing. */
function targetOf({ stage }: Config): Target {
  if (stage === 'local') return JSON.parse(read('.local/endpoints.json', 'start the local system: npm start'));
  const outputs = JSON.parse(read(`.deploy/${stage}.json`, 'deploy first: npm run deploy'))[`mrt-${stage}`];
  const { MRT_CLIENT_ID, MRT_CLIENT_SECRET } = process.env;
  if (!MRT_CLIENT_ID || !MRT_CLIENT_SECRET)
    throw new Error('set MRT_CLIENT_ID and MRT_CLIENT_SECRET to those of a caller');
  return {
    api: outputs.ApiAddress,
    token_endpoint: outputs.TokenEndpoint,
    client_id: MRT_CLIENT_ID,
    client_secret: MRT_CLIENT_SECRET,
  };
}

/** @param otherwise what to do when the file is missing */
function read(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new Error(`${path} is missing: ${otherwise}`);
  }
}

/** Prints a line for each question; the exit code is 1 when one failed. */
async function main(path: string | undefined): Promise<void> {
  if (path === undefined) throw new Error('which configuration? npm run smoke -- config/<stage>.json');
  const config = readConfig(path);
  const target = targetOf(config);
  const failed = await printed(smoke(target));
  const others = await unseen(target, config);
  if (others.length > 0) process.stdout.write(`not asked, the client may not read them: ${others.join(', ')}\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}

/** @returns how many failed */
async function printed(findings: AsyncIterable<Finding>): Promise<number> {
  let failed = 0;
  for await (const { question, advice } of findings) {
    if (advice !== null) failed += 1;
    process.stdout.write(advice === null ? `ok    ${question}\n` : `FAIL  ${question}\n      ${advice}\n`);
  }
  return failed;
}

/**
 * The way to Airflow, from where this runs. MRT_AIRFLOW_TOKEN is an id token of a pipeline or an access token; without it
 * the client's own is asked for. With `signed` it is neither, but the role whose keys AWS's own variables have.
 */
async function airflowMain(
  path: string | undefined,
  environment: string | undefined,
  { dag, signed }: { dag: string | null; signed: boolean },
): Promise<void> {
  if (path === undefined || environment === undefined) {
    throw new Error('which one? npm run smoke -- --airflow config/<stage>.json <environment> [--dag <dag>] [--signed]');
  }
  const config = readConfig(path);
  const { airflowSmoke } = await import('./airflow-smoke.ts');
  const as = signed ? await roleIn(config) : { token: await airflowToken(config) };
  const failed = await printed(airflowSmoke({ gateway: gatewayOf(config), environment, as, dag }));
  process.exitCode = failed === 0 ? 0 : 1;
}

async function airflowToken(config: Config): Promise<string> {
  return process.env['MRT_AIRFLOW_TOKEN'] || tokenFrom(targetOf(config));
}

/** @throws Error that says which variables are missing */
async function roleIn({ region }: Config) {
  const { roleKeysOf } = await import('./airflow-signature.ts');
  const keys = roleKeysOf(process.env);
  if (keys === null)
    throw new Error('set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN to the role’s');
  return { keys, region };
}

/** @throws Error that says why there is none */
function gatewayOf({ stage }: Config): string {
  const address =
    stage === 'local'
      ? JSON.parse(read('.local/endpoints.json', 'start the local system: npm start')).airflow_gateway
      : JSON.parse(read(`.deploy/${stage}.json`, 'deploy first: npm run deploy'))[`mrt-${stage}`].AirflowGatewayAddress;
  if (!address) throw new Error('the stage has no Airflow gateway: docs/airflow-gateway.md');
  return address;
}

/** `--airflow` chooses the way to Airflow; `--dag` names what may be started; `--signed` shows a role in place of a token. */
async function run(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      airflow: { type: 'boolean', default: false },
      dag: { type: 'string' },
      signed: { type: 'boolean', default: false },
    },
  });
  const { airflow, dag = null, signed } = values;
  await (airflow ? airflowMain(positionals[0], positionals[1], { dag, signed }) : main(positionals[0]));
}

if (import.meta.main) {
  await run().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
