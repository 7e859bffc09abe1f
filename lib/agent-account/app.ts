/** `cdk --app "node lib/agent-account/app.ts" -c config=config/agent.json`: an agent's stack. Offline, as a stage's is. */
import { App } from 'aws-cdk-lib';
import { readAgentConfig } from '../../config/agent/read.ts';
import { ConfigError } from '../../config/config-error.ts';
import { agentApp } from './agent-app.ts';

// Only to read the context, which the CDK's command line hands over in more than one way.
const path: unknown = new App({ autoSynth: false }).node.tryGetContext('config');
try {
  if (typeof path !== 'string') throw new ConfigError(['which configuration? Add -c config=config/agent.json']);
  agentApp(readAgentConfig(path)).synth();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
