/** The canary's entry, on a schedule: asks, and writes one line with its metric. A failure is counted and not thrown. */
import { readFileSync } from 'node:fs';
import { BUNDLE_FILES, CANARY_METRIC, CANARY_VARIABLES, METRIC_DIMENSIONS, METRIC_NAMESPACE } from '../contract.ts';
import { requiredVariable } from '../required-variable.ts';
import { secretReader } from '../upstreams/secret.ts';
import { ask } from './questions.ts';
import { canarySettings } from './settings.ts';
import { Tokens } from './tokens.ts';

const { stage, paths } = canarySettings.parse(
  JSON.parse(readFileSync(new URL(BUNDLE_FILES.settings, import.meta.url), 'utf8')),
);
const variable = (name: keyof typeof CANARY_VARIABLES) => requiredVariable(process.env, CANARY_VARIABLES[name]);
const tokens = new Tokens({
  endpoint: new URL(variable('tokenEndpoint')),
  clientId: variable('clientId'),
  secret: secretReader(requiredVariable(process.env, 'AWS_REGION'), variable('secret')),
});
const api = new URL(variable('api'));

/** Asks everything once. */
export async function handler(): Promise<void> {
  const replies = await ask({ api, paths, tokens });
  const failed = replies.filter(({ fault }) => fault !== null).length;
  const line = {
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: [METRIC_DIMENSIONS.publisher],
          Metrics: [{ Name: CANARY_METRIC, Unit: 'Count' }],
        },
      ],
    },
    event: 'mrt.canary',
    stage,
    [CANARY_METRIC]: failed,
    replies,
  };
  // Written, not console.log'ed: Lambda's JSON log mode would wrap the line and lose the metric.
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
