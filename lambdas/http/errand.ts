/** What an agent is told of a caller: who asks, why, and what of that it may do in this environment. */
import type { Scope } from '../contract.ts';
import type { Admitted } from './admission.ts';
import type { Subject } from './subject.ts';

/** Who asks an agent, and why. */
export interface Errand {
  /** `client:<name>` or `person:<subject>`. */
  principal: string;
  /** `null`: an operator, or a stage without tenants. */
  tenant: string | null;
  /** What the caller may do in the environment. */
  scopes: readonly Scope[];
  /** The header `x-reason`. */
  reason: string | null;
  /** Of this request. */
  request_id: string;
}

/** What an agent is told of the caller: the scopes that it has in this environment, and no others. */
export function errandOf(
  { environment, reason }: Subject,
  { principal, rights }: Admitted,
  request_id: string,
): Errand {
  const permitted = rights.environments.find((one) => one.environment.name === environment?.name);
  return { principal: principal ?? '', tenant: rights.tenant, scopes: permitted?.scopes ?? [], reason, request_id };
}
