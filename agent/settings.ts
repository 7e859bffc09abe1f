/**
 * What an agent is told: who it is, whom it believes, what it lets be asked, and each route's slice of its environments. Made
 * from its configuration (`lib/agent-account/settings.ts`), either beforehand for an image, or as the process starts.
 */
import * as z from 'zod/mini';
import { ALL_SCOPES } from '../lambdas/contract.ts';
import { parseSettings, type Settings } from '../lambdas/settings.ts';

const settings = z.strictObject({
  /** The agent's name, as the Regional configuration has it. */
  name: z.string(),
  /** The agent's release. */
  version: z.string(),
  account: z.string(),
  region: z.string(),
  regional: z.strictObject({
    /** Stage of the Regional API. */
    stage: z.string(),
    /** Host of IoT Core's data endpoint of the Regional account. */
    iot_endpoint: z.string(),
    trust_domain: z.string(),
    /** Where the public keys for tokens are. */
    keys_url: z.string(),
  }),
  /** What may be asked: the agent's own entries. A scope of one opens no environment of another. */
  allow: z.array(z.strictObject({ scopes: z.array(z.enum(ALL_SCOPES)), environments: z.array(z.string()) })),
  /** Name of the secret with key and certificate. */
  secret: z.string(),
  /** By route: JSON of its settings. */
  routes: z.record(z.string(), z.unknown()),
});

type Parsed = z.output<typeof settings>;

/** As an agent has it. */
export interface AgentSettings extends Omit<Parsed, 'routes'> {
  routes: Readonly<Record<string, Settings>>;
}

/** @throws Error that names the first field that is wrong */
export function parseAgentSettings(text: string): AgentSettings {
  const parsed = settings.safeParse(JSON.parse(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`the agent's settings are malformed at ${issue?.path.join('.') || 'their top'}: ${issue?.message}`);
  }
  const routes = Object.entries(parsed.data.routes).map(([name, slice]) => [
    name,
    parseSettings(JSON.stringify(slice)),
  ]);
  return { ...parsed.data, routes: Object.fromEntries(routes) };
}
