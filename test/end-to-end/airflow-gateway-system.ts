/** A running system with the Airflow gateway in front of an Airflow that notes what it is asked. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Template } from '@mrt/local-aws/cloudformation/template.ts';
import { withoutThrottles } from '@mrt/local-aws/cloudformation/without-throttles.ts';
import { serverCertificate } from '@mrt/local-aws/rds/certificates.ts';
import { GITLAB_JOB } from '../gitlab-job.ts';
import { type GatewayClient, gatewayClient } from './airflow-gateway-client.ts';
import { type RunningSystem, runSystem } from './running-system.ts';

/** One call of InvokeRestApi as it came in. */
export interface SeenCall {
  /** Of MWAA. */
  environment: string;
  Path: string;
  Method: string;
  QueryParameters?: Record<string, unknown>;
  Body?: Record<string, unknown>;
  /** All header lines, to be searched for what must not be sent on. */
  headers: string;
}

export interface FakeAirflow {
  delayMs: number;
  status: number;
  document: unknown;
  reply: ((call: SeenCall) => { status: number; document: unknown }) | null;
  /** What befalls each call of InvokeRestApi in place of an answer. */
  fault: ((response: ServerResponse) => void) | null;
  /** What the web server of `etl-logs` answers whoever has its session. */
  log: (response: ServerResponse) => void;
}

export interface GatewaySystem extends RunningSystem, GatewayClient {
  /** What Airflow was asked, without questions about its version. */
  calls: SeenCall[];
  /** Milliseconds that Airflow takes; its status and document, the same for all calls unless `reply` says otherwise. */
  airflow: FakeAirflow;
  /** An id token as GitLab gives it to a job; claims win over a good job's. */
  jobToken(claims?: Record<string, string>): Promise<string>;
}

/** The tenants of the stage. */
export const BANKS = ['bank-a', 'bank-b'] as const;
const BOTH = ['mrt/airflow.read', 'mrt/airflow.trigger'];

/** A good job of the pipeline `etl`. */
export const JOB = {
  aud: 'https://airflow.example.com',
  ...GITLAB_JOB,
};

function configuration(): string {
  const config = JSON.parse(readFileSync(new URL('../../config/local.json', import.meta.url), 'utf8'));
  const airflow = { region: config.region, environment: 'etl-prod' };
  config.environments['etl-prod'] = { labels: { stage: 'prod' }, airflow };
  config.environments['etl-acc'] = { labels: { stage: 'acc' }, airflow: { ...airflow, environment: 'etl-acc' } };
  // Reached by a session, as its paths are too long for InvokeRestApi.
  config.environments['etl-logs'] = {
    labels: { stage: 'logs' },
    airflow: { ...airflow, environment: 'etl-logs', web_server: { cidr: '10.60.0.0/24' } },
  };
  // Two tenants with an Airflow each, whose callers' entries name everything.
  for (const bank of BANKS) {
    config.environments[`${bank}-etl`] = {
      labels: { stage: 'prod' },
      airflow: { ...airflow, environment: `${bank}-etl` },
    };
    config.callers.clients[`${bank}-client`] = { scopes: BOTH, environments: ['*'] };
    config.callers.groups[`${bank}-people`] = { scopes: BOTH, environments: ['*'] };
  }
  config.callers.clients['etl-client'] = { scopes: BOTH, environments: ['etl-prod'] };
  config.callers.clients['etl-reader'] = { scopes: ['mrt/airflow.read'], environments: ['etl-prod'] };
  config.airflow = {
    issuers: { gitlab: { issuer: 'https://gitlab.example.com', audience: JOB.aud } },
    clients: { 'etl-client': { dags: ['sales_*'] } },
    pipelines: {
      etl: {
        issuer: 'gitlab',
        project_path: JOB.project_path,
        project_id: JOB.project_id,
        scopes: BOTH,
        environments: ['etl-prod', 'etl-logs'],
        // The second of each is what docs/airflow-gateway.md starts.
        dags: ['etl_daily', 'warehouse_load'],
      },
    },
    roles: {
      'gitlab-runner': {
        trust: 'gitlab',
        issuer: 'gitlab',
        project_path: JOB.project_path,
        branches: ['main'],
        scopes: BOTH,
        environments: ['etl-prod'],
        dags: ['etl_daily', 'warehouse_load'],
      },
      'app-server': {
        trust: 'service',
        service: 'ec2',
        scopes: BOTH,
        environments: ['etl-prod'],
        dags: ['data_processing', 'stock_levels'],
      },
      watcher: { trust: 'service', service: 'ec2', scopes: ['mrt/airflow.read'], environments: ['etl-prod'] },
      partner: {
        trust: 'account',
        account: '987654321098',
        role_names: ['EC2-CrossAccount-Role'],
        external_id: 'external-app-12345',
        session_tags: true,
        scopes: BOTH,
        environments: ['etl-prod'],
        dags: ['external_integration', 'crm_contacts'],
      },
    },
    groups: {},
    limits: { reads_per_second: 500, read_burst: 1000, triggers_per_second: 500, trigger_burst: 1000 },
  };
  ownedByTenants(config);
  return JSON.stringify(config);
}

/** Gives each bank its callers and its Airflow, and the operator the rest. */
// biome-ignore lint/suspicious/noExplicitAny: a configuration that is being written
function ownedByTenants(config: any): void {
  const { airflow, callers } = config;
  const operators = {
    environments: Object.keys(config.environments),
    callers: {
      clients: Object.keys(callers.clients),
      groups: Object.keys(callers.groups),
      pipelines: Object.keys(airflow.pipelines),
      roles: Object.keys(airflow.roles),
    },
  };
  const others = (names: string[]) => names.filter((name) => !name.startsWith('bank-'));
  config.operator = {
    environments: others(operators.environments),
    callers: Object.fromEntries(Object.entries(operators.callers).map(([kind, names]) => [kind, others(names)])),
  };
  config.tenants = {};
  for (const bank of BANKS) {
    const everything = { scopes: BOTH, environments: ['*'], dags: ['*'] };
    airflow.clients[`${bank}-client`] = { dags: ['*'] };
    airflow.groups[`${bank}-people`] = { dags: ['*'] };
    airflow.pipelines[`${bank}-job`] = { issuer: 'gitlab', project_path: `${bank}/etl`, ...everything };
    airflow.roles[`${bank}-batch`] = {
      trust: 'service',
      service: 'ecs-tasks',
      ...everything,
      environments: [`${bank}-*`],
    };
    config.tenants[bank] = {
      environments: [`${bank}-etl`],
      callers: {
        clients: [`${bank}-client`],
        groups: [`${bank}-people`],
        pipelines: [`${bank}-job`],
        roles: [`${bank}-batch`],
      },
      isolation: 'rights',
    };
  }
}

/** The functions ask MWAA where this machine has it. */
function atMwaa(address: string, caFile: string): (template: Template) => void {
  return (template) => {
    withoutThrottles(template);
    for (const { Type, Properties } of Object.values(template.Resources)) {
      if (Type !== 'AWS::Lambda::Function') continue;
      const environment = Properties?.['Environment'] as { Variables: Record<string, string> } | undefined;
      if (environment?.Variables['MRT_AIRFLOW_ROLES'] !== undefined) {
        environment.Variables['AWS_ENDPOINT_URL_MWAA'] = address;
        environment.Variables['NODE_EXTRA_CA_CERTS'] = caFile;
      }
    }
  };
}

/** Of this worker; files of the project `systems` run in one after the other. */
let shared: Promise<GatewaySystem> | undefined;

/** With an Airflow 3 behind MWAA that is as good as new. It ends with the worker. */
export async function sharedGatewaySystem(): Promise<GatewaySystem> {
  shared ??= startGatewaySystem().then((system) => {
    // How vitest ends a worker.
    process.once('SIGTERM', () => void system.end().finally(() => process.exit(0)));
    return system;
  });
  const system = await shared;
  renew(system);
  return system;
}

/** Takes back what a test has done to Airflow, and forgets what it was asked. */
export function renew({ airflow, calls }: GatewaySystem): void {
  calls.length = 0;
  Object.assign(airflow, {
    delayMs: 0,
    status: 200,
    document: { dag_run_id: 'manual__1', state: 'queued' },
    reply: null,
    fault: null,
    log: (response: ServerResponse) => response.end('{"content":"a short log"}'),
  });
}

async function startGatewaySystem(): Promise<GatewaySystem> {
  const calls: SeenCall[] = [];
  const airflow: FakeAirflow = {
    delayMs: 0,
    status: 200,
    document: { dag_run_id: 'manual__1', state: 'queued' },
    reply: null,
    fault: null,
    log: (response) => response.end(),
  };
  const folder = mkdtempSync(join(tmpdir(), 'mrt-gateway-'));
  const { caFile, ...certificate } = serverCertificate(join(folder, 'web-server'));
  const web = createSecureServer(certificate, (request, response) => {
    if (request.url?.endsWith('/login')) {
      response.writeHead(302, { location: '/', 'set-cookie': '_token=the-session; Path=/; Secure' }).end();
    } else if (request.headers.authorization === 'Bearer the-session') {
      response.setHeader('content-type', 'application/json');
      airflow.log(response);
    } else response.writeHead(401).end();
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const webHost = `localhost:${(web.address() as AddressInfo).port}`;
  const mwaa = createServer(async (request, response) => {
    let text = '';
    for await (const piece of request) text += String(piece);
    if (request.url === '/webtoken/etl-logs') {
      response.end(JSON.stringify({ WebToken: 'one-login', WebServerHostname: webHost, IamIdentity: 'x' }));
      return;
    }
    const call = { ...JSON.parse(text), environment: request.url?.split('/').at(-1) ?? '' };
    const isVersion = call.Path === '/version';
    if (!isVersion) calls.push({ ...call, headers: request.rawHeaders.join('\n') });
    if (!isVersion && airflow.fault !== null) {
      airflow.fault(response);
      return;
    }
    if (!isVersion && airflow.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, airflow.delayMs));
    const { status, document } = isVersion
      ? { status: 200, document: { version: '3.1.2' } }
      : (airflow.reply?.({ ...call, headers: '' }) ?? airflow);
    const body = JSON.stringify({ RestApiStatusCode: status, RestApiResponse: document });
    const isFault = status >= 400;
    response.writeHead(isFault ? 400 : 200, isFault ? { 'x-amzn-errortype': 'RestApiClientException' } : {}).end(body);
  });
  await new Promise<void>((resolve) => mwaa.listen(0, '127.0.0.1', resolve));
  const config = join(folder, 'config.json');
  writeFileSync(config, configuration());
  const address = `http://127.0.0.1:${(mwaa.address() as AddressInfo).port}`;
  const system = await runSystem({ sampleScale: 0, config, changeTemplate: atMwaa(address, caFile) });
  return {
    ...system,
    calls,
    airflow,
    jobToken: (claims = {}) =>
      system.issuers.byName.get('gitlab')?.token({ ...JOB, ...claims }) ?? Promise.reject(new Error('no issuer')),
    ...gatewayClient(system.endpoints.airflow_gateway ?? ''),
    async end() {
      await system.end();
      for (const server of [mwaa, web]) {
        server.closeAllConnections();
        server.close();
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
