/** The CDK application of an agent: its bundle beside its one stack. */
import { join } from 'node:path';
import { App, type AppProps } from 'aws-cdk-lib';
import type { AgentConfig } from '../../config/agent/schema.ts';
import { addChecks } from '../checks.ts';
import { CONTEXT } from '../context.ts';
import { AgentStack } from './agent-stack.ts';
import { writeAgentBundle } from './bundle.ts';
import { agentSettings } from './settings.ts';

/** Where the agent's bundle is in the output of synthesis. */
export const AGENT_FOLDER = 'agent';

/**
 * Makes the application, and the agent's bundle in `<outdir>/agent`.
 *
 * @param config of the agent; there is one stack for it, `mrt-agent-<name>`
 * @throws ConfigError where the configuration passes a limit of AWS that only the stack can count
 */
export function agentApp(config: AgentConfig, props: AppProps = {}): App {
  const app = new App({
    autoSynth: false,
    analyticsReporting: false,
    ...props,
    context: { ...CONTEXT, ...props.context },
  });
  const folder = join(app.outdir, AGENT_FOLDER);
  writeAgentBundle(folder, JSON.stringify(agentSettings(config)), config);
  new AgentStack(app, `mrt-agent-${config.name}`, { config, folder });
  addChecks(app);
  return app;
}
