/**
 * `.local/endpoints.json`: what a script needs to speak to a running system. Whole or not there at all. Beside it
 * `.local/clients/<name>.json`: the same for each machine client of the configuration.
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GatewayCaller } from './airflow/gateway-callers.ts';

/** One machine client, with the environment that it may read first of all; empty: it may read none. */
export interface ClientCredentials {
  client_id: string;
  client_secret: string;
  environment: string;
}

/** The content of the file. Scripts rely on these fields: more may come, none may change or go. */
export interface Endpoints {
  /** Base address of the API. */
  api: string;
  token_endpoint: string;
  /** The sample client, with every scope. */
  client_id: string;
  client_secret: string;
  /** All machine clients by their names in the configuration, of each tenant too. */
  clients: Record<string, ClientCredentials>;
  /** The client that people sign in with; `null`: the configuration has none. */
  people_client_id: string | null;
  issuer: string;
  /** The console, for browsers; `null`: the configuration has no people who could sign in. */
  console: string | null;
  s3: string;
  cloudwatch: string;
  /** PostgreSQL itself, past the listeners that check IAM tokens. */
  postgres: { host: string; port: number; database: string; user: string; password: string };
  /** What the sample client may read. */
  environment: string;
  /** Address of the private Airflow gateway, with its stage; `null`: the configuration has none. */
  airflow_gateway: string | null;
  /** Who may come in there; left out without a gateway. */
  airflow_callers?: {
    /** By issuer: takes claims as JSON by POST, and gives `{ "id_token" }`. */
    id_tokens: Record<string, string>;
    /** By their names in the configuration. */
    roles: Record<string, GatewayCaller>;
    /** Where another account's role takes ours; `null`: no role may be taken. */
    sts: string | null;
  };
}

const NAME = 'endpoints.json';
const CLIENTS = 'clients';

/** Where it is. */
export function endpointsPath(directory: string): string {
  return join(directory, NAME);
}

/**
 * Where a client has it: the whole file, with that client's id, secret and environment in place of the sample client's. So
 * `mrt --profile` and a script take it as they take the other.
 */
export function clientEndpointsPath(directory: string, name: string): string {
  return join(directory, CLIENTS, `${name}.json`);
}

/** Readable by the user alone: they hold secrets. `endpoints.json` comes last, as it says that the run is ready. */
export function writeEndpoints(directory: string, endpoints: Endpoints): void {
  mkdirSync(join(directory, CLIENTS), { recursive: true, mode: 0o700 });
  for (const [name, client] of Object.entries(endpoints.clients)) {
    writeWhole(clientEndpointsPath(directory, name), { ...endpoints, ...client });
  }
  writeWhole(endpointsPath(directory), endpoints);
}

function writeWhole(path: string, endpoints: Endpoints): void {
  const draft = `${path}.new`;
  writeFileSync(draft, `${JSON.stringify(endpoints, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, path);
}

/** Says that nothing runs here any more. Nothing happens when they are not there. */
export function removeEndpoints(directory: string): void {
  rmSync(endpointsPath(directory), { force: true });
  rmSync(join(directory, CLIENTS), { recursive: true, force: true });
}
