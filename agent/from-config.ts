/** Settings of an agent that runs from a clone, made as it starts. */
import { readAgentConfig } from '../config/agent/read.ts';
import { agentSettings } from '../lib/agent-account/settings.ts';
import { type AgentSettings, parseAgentSettings } from './settings.ts';

/** @throws ConfigError */
export async function settingsFrom(path: string): Promise<AgentSettings> {
  // Through text, as an image has them: nothing that only this process could know gets in.
  return parseAgentSettings(JSON.stringify(agentSettings(readAgentConfig(path))));
}
