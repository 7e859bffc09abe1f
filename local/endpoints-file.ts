/** `.local/endpoints.json`: what a script needs to speak to a running system. Whole or not there at all. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GatewayCaller } from './airflow/gateway-callers.ts';

/** The content of the file. Scripts rely on these fields: more may come, none may change or go. */
export interface Endpoints {
  /** Base address of the API. */
  api: string;
  token_endpoint: string;
  /** The sample client, with every scope. */
  client_id: string;
  client_secret: string;
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

/** Where it is. */
export function endpointsPath(directory: string): string {
  return join(directory, NAME);
}

/** Readable by the user alone: it holds a secret. */
export function writeEndpoints(directory: string, endpoints: Endpoints): void {
  const draft = join(directory, `${NAME}.new`);
  writeFileSync(draft, `${JSON.stringify(endpoints, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, endpointsPath(directory));
}

/** Says that nothing runs here any more. Nothing happens when it is not there. */
export function removeEndpoints(directory: string): void {
  rmSync(endpointsPath(directory), { force: true });
}
