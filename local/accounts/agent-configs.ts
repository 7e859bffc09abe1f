/** The configurations of the agents that this machine plays. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readAgentConfig } from '../../config/agent/read.ts';
import type { AgentConfig } from '../../config/agent/schema.ts';
import type { Config } from '../../config/schema.ts';
import { PROJECT } from '../stack/synthesis.ts';

/** `config/agent/local.json`, where the stage has an agent of its name; others are nobody's on this machine. */
export function agentConfigs({ agents }: Config): AgentConfig[] {
  const file = join(PROJECT, 'config', 'agent', 'local.json');
  if (agents === undefined || !existsSync(file)) return [];
  const config = readAgentConfig(file);
  return Object.hasOwn(agents.names, config.name) ? [config] : [];
}
