/** From a file, or from JSON that was read elsewhere, to an agent's configuration that is whole and consistent. */
import { readFileSync } from 'node:fs';
import { selects } from '../../lambdas/selector.ts';
import { ConfigError } from '../config-error.ts';
import { faultsOf, wordsOf } from '../faults.ts';
import { agentContradictions } from './as-stage.ts';
import { type AgentConfig, agentConfigSchema } from './schema.ts';

/** @throws ConfigError naming each wrong field by its path */
export function parseAgentConfig(json: unknown, source?: string): AgentConfig {
  const parsed = agentConfigSchema.safeParse(json, { error: wordsOf });
  if (!parsed.success) throw new ConfigError(faultsOf(parsed.error.issues), source);
  const faults = [...agentContradictions(parsed.data), ...entryFaults(parsed.data)];
  if (faults.length > 0) throw new ConfigError(faults, source);
  return parsed.data;
}

/** The same from a file. @throws ConfigError when the file is missing, no JSON, or wrong */
export function readAgentConfig(path: string): AgentConfig {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new ConfigError([cause instanceof Error ? cause.message : String(cause)], path);
  }
  return parseAgentConfig(json, path);
}

/** An entry that selects nothing is a typo, as in a stage. */
function* entryFaults({ allow, environments }: AgentConfig): Generator<string> {
  for (const [index, entry] of allow.entries()) {
    for (const [place, selector] of entry.environments.entries()) {
      if (!Object.entries(environments).some(([name, { labels }]) => selects(selector, { name, labels }))) {
        yield `allow.${index}.environments.${place}: ${selector} is no environment, pattern or label of one`;
      }
    }
  }
}
