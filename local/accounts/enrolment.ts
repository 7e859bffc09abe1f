/**
 * Enrols the agents of the local run, as `mrt-agent enrol` does: each has its key and its request in a folder of the clone, so
 * that the next run has the same, and with it the same template.
 */
import { join } from 'node:path';
import { enrolIn } from '../../agent/enrol.ts';
import type { Config } from '../../config/schema.ts';
import { PROJECT } from '../stack/synthesis.ts';

/** Where the key of an agent stays. */
export function enrolmentFolder(agent: string): string {
  return join(PROJECT, 'node_modules', '.cache', 'agents', agent);
}

/** The same configuration with a certificate for each agent that has none. */
export async function withEnrolments(config: Config): Promise<Config> {
  const { agents, trust_domain } = config;
  if (agents === undefined || trust_domain === undefined) return config;
  const names = await Promise.all(
    Object.entries(agents.names).map(async ([name, agent]) => {
      if (Object.keys(agent.certificates).length > 0) return [name, agent] as const;
      const request = await enrolIn(enrolmentFolder(name), name, trust_domain);
      return [name, { certificates: { local: { request, status: 'ACTIVE' as const } } }] as const;
    }),
  );
  return { ...config, agents: { ...agents, names: Object.fromEntries(names) } };
}
