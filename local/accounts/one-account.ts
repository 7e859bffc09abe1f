/** The same stage without other accounts: for tests of everything else. */
import type { AgentConfig } from '../../config/agent/schema.ts';
import type { Config } from '../../config/schema.ts';

/**
 * Environments of agents with the buckets that their agents have, as if they were here; databases and constants stay where
 * they are.
 */
export function inOneAccount({ agents: _, ...config }: Config, accounts: readonly AgentConfig[]): Config {
  const environments = Object.entries(config.environments).map(([name, environment]) => {
    const { agent, offers: __, ...rest } = environment;
    if (agent === undefined) return [name, environment] as const;
    const account = accounts.find((one) => one.name === agent);
    const buckets = account?.environments[name]?.buckets;
    return [name, { ...rest, ...(buckets && { buckets }) }] as const;
  });
  return { ...config, environments: Object.fromEntries(environments) };
}
