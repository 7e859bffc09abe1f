/**
 * Whether a caller may do something with an Airflow: only what its token and one of its entries both allow. Entries add
 * up, but never across: the scope of one does not reach an environment, or a DAG, of another.
 */

import type { AirflowSettings } from '../environment-settings.ts';
import { matchesPattern } from '../pattern.ts';
import { MissingScopeError, NotOfferedError, UnknownEnvironmentError } from '../request-errors.ts';
import { selects } from '../selector.ts';
import type { Caller } from './caller.ts';
import { type Operation, operationOf } from './operation.ts';
import { ownerOfCaller } from './owner.ts';
import type { GatewayEntry, GatewaySettings } from './settings.ts';

/** Not on the list, or a DAG that the caller may not start: nothing is asked of Airflow. */
export class PathNotAllowedError extends Error {
  override name = 'PathNotAllowedError' as const;
  /** The DAG that the caller may not start; `null`: nobody may do this. */
  readonly dag: string | null;
  constructor(dag: string | null) {
    super('path not allowed');
    this.dag = dag;
  }
}

/** What the gateway will do for the caller. */
export interface Permitted {
  operation: Operation;
  /** The environment's name. */
  environment: string;
  /** Its Airflow, as the upstream is told of it. */
  airflow: AirflowSettings;
}

/** A request as far as rights depend on it. */
export interface Asked {
  method: string;
  environment: string;
  /** What follows the environment, with its slash. */
  path: string;
}

/**
 * Decides before anything is asked of Airflow.
 *
 * An environment in which the caller has nothing is answered as one that does not exist, as everywhere in the API; only
 * then does the path count, so that nobody learns what an environment of others would allow.
 *
 * @throws UnknownEnvironmentError, NotOfferedError, PathNotAllowedError, MissingScopeError
 */
export function decide({ method, environment, path }: Asked, caller: Caller, settings: GatewaySettings): Permitted {
  const known = Object.hasOwn(settings.environments, environment) ? settings.environments[environment] : undefined;
  const labelled = { name: environment, labels: known?.labels ?? {} };
  const here = entriesOf(caller, settings).filter((entry) =>
    entry.environments.some((selector) => selects(selector, labelled)),
  );
  const scopes = here.flatMap((entry) => scopesOf(entry, caller));
  if (known === undefined || !scopes.some((scope) => scope.startsWith('mrt/airflow.'))) {
    throw new UnknownEnvironmentError(environment);
  }
  if (known.airflow === null) throw new NotOfferedError('no Airflow');
  const operation = operationOf(method, path);
  if (operation === null) throw new PathNotAllowedError(null);
  const { scope, dag } = operation;
  if (!scopes.includes(scope)) throw new MissingScopeError([scope]);
  const mayStart = (entry: GatewayEntry) =>
    scopesOf(entry, caller).includes(scope) && entry.dags.some((pattern) => matchesPattern(pattern, dag ?? ''));
  if (scope === 'mrt/airflow.trigger' && !here.some(mayStart)) throw new PathNotAllowedError(dag);
  return { operation, environment, airflow: known.airflow };
}

/** Own names only: `constructor` is no entry that anybody configured. */
function entriesOf(caller: Caller, settings: GatewaySettings): GatewayEntry[] {
  const { kind, entries } = caller;
  const { callers, tenants } = settings;
  // In entries of two owners, or come by another way than the tenant's: nobody's, as everywhere in the API.
  if (process.env['MRT_WITH_TENANTS'] !== 'off' && tenants !== undefined) {
    if (ownerOfCaller(caller, settings) === undefined) return [];
  }
  const configured = callers[kind];
  return entries.flatMap((name) => (Object.hasOwn(configured, name) ? [configured[name] as GatewayEntry] : []));
}

/** What an entry gives, as far as the token has it too. */
function scopesOf({ scopes }: GatewayEntry, caller: Caller) {
  return scopes.filter((scope) => caller.scopes === null || caller.scopes.has(scope));
}
