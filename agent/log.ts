/** What an agent writes besides its requests, as JSON lines: into its own account's log, for its owner. */
import { errorChain } from '../lambdas/error-chain.ts';
import { writeLine } from '../lambdas/http/log.ts';
import { InternalTokenError } from '../lambdas/internal_tokens/verifier.ts';

/** Something that befell the agent itself. */
export function logEvent(event: string, fields: Readonly<Record<string, unknown>> = {}): void {
  writeLine({ event: `mrt.agent.${event}`, time: new Date().toISOString(), ...fields });
}

/** A request that was not served, and why; the asker is not told. */
export function logRefusal(agent: string, error: unknown): void {
  const reason = error instanceof InternalTokenError ? error.reason : null;
  logEvent('refused', { agent, reason, error: errorChain(error) });
}
