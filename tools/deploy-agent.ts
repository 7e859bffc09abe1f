/**
 * `npm run deploy:agent -- config/agent.json [options of cdk deploy]`: checks an agent's configuration, then lets the CDK deploy
 * its stack into its own account. With `run` on Fargate the image is built on the way, which wants Docker.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { readAgentConfig } from '../config/agent/read.ts';
import { ConfigError } from '../config/config-error.ts';

const [path, ...options] = process.argv.slice(2);

function fail(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}

if (path === undefined) {
  fail('which configuration? npm run deploy:agent -- config/agent.json');
} else {
  try {
    const { name } = readAgentConfig(path);
    mkdirSync('.deploy', { recursive: true });
    const words = [
      'deploy',
      `mrt-agent-${name}`,
      '--app',
      'node lib/agent-account/app.ts',
      '--context',
      `config=${path}`,
    ];
    words.push('--outputs-file', `.deploy/agent-${name}.json`, ...options);
    const { status } = spawnSync('cdk', words, { stdio: 'inherit' });
    process.exitCode = status ?? 1;
    if (status === 0) {
      process.stdout.write(`Next, unless it is enrolled already: docs/agents.md, "Enrolment".\n`);
    }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    fail(error.message);
  }
}
