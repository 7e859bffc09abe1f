/** A function's decisions about who comes in, kept for as long as the API says, by the header that they are about. */
import type { DeployedAuthorization } from '../cloudformation/deployed-rest-apis.ts';
import type { Outcome } from '../lambda/runtime-api.ts';
import { type AuthorizerDecision, readDecision } from './admission.ts';
import type { RefusalType } from './refusal.ts';

/** How the authorizer's function is reached; `permitted`: its resource policy lets the API invoke it. */
export interface AuthorizerFunction {
  permitted: boolean;
  invoke(event: string): Promise<Outcome>;
}

/** Decisions kept: as many as an API may need, and no more than memory is for. */
const MAX_KEPT = 1_000;

/** The decisions of one API. */
export class Decisions {
  readonly #kept = new Map<string, { decision: AuthorizerDecision; until: number }>();

  /**
   * A decision about a header's value, asked for once.
   *
   * @param event made when it is needed
   * @returns the type of a refusal where there is none: a function that throws "Unauthorized" means 401, any other fault 500
   */
  async about(
    authorization: Extract<DeployedAuthorization, { by: 'function' }>,
    value: string,
    fn: AuthorizerFunction,
    event: () => string,
  ): Promise<AuthorizerDecision | RefusalType> {
    const key = `${authorization.authorizerId} ${value}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined && kept.until > Date.now()) return kept.decision;
    if (!fn.permitted) return 'AUTHORIZER_CONFIGURATION_ERROR';
    const outcome = await fn.invoke(event()).catch(() => null);
    if (outcome === null) return 'AUTHORIZER_FAILURE';
    if (outcome.error !== null) return saysUnauthorized(outcome.payload) ? 'UNAUTHORIZED' : 'AUTHORIZER_FAILURE';
    const decision = readDecision(outcome.payload);
    if (decision === null) return 'AUTHORIZER_CONFIGURATION_ERROR';
    if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
    if (authorization.keptSeconds > 0) {
      this.#kept.set(key, { decision, until: Date.now() + authorization.keptSeconds * 1000 });
    }
    return decision;
  }
}

/** The message must be this word alone (API Gateway guide, "Output from an API Gateway Lambda authorizer"). */
function saysUnauthorized(payload: Buffer): boolean {
  try {
    const { errorMessage } = JSON.parse(payload.toString('utf8')) as { errorMessage?: unknown };
    return errorMessage === 'Unauthorized';
  } catch {
    return false;
  }
}
