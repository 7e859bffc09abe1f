/**
 * cdk.json starts this; `node lib/app.ts` works without the CDK's command line too. Offline: nothing is looked up.
 * Context `config` (`-c config=…`, or in CDK_CONTEXT_JSON) is the path of the stage's configuration.
 */
import { App } from 'aws-cdk-lib';
import { ConfigError } from '../config/config-error.ts';
import { readConfig } from '../config/read.ts';
import { mrtApp } from './mrt-app.ts';

// Only to read the context, which the CDK's command line hands over in more than one way.
const path: unknown = new App({ autoSynth: false }).node.tryGetContext('config');
if (typeof path !== 'string') {
  fail('which configuration? Add -c config=config/<stage>.json');
} else {
  try {
    mrtApp(readConfig(path)).synth();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    fail(error.message);
  }
}

function fail(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
