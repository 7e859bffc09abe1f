/** The CDK application: one stack with the CDK's settings that it relies on. */
import { App, type AppProps } from 'aws-cdk-lib';
import type { Config } from '../config/schema.ts';
import { addChecks } from './checks.ts';
import { CONTEXT } from './context.ts';
import { EdgeStack } from './edge/edge-stack.ts';
import { MrtStack } from './mrt-stack.ts';
import { checkResources } from './resource-limit.ts';

/**
 * Makes the application; `synth()` writes it to `props.outdir`, or to CDK_OUTDIR.
 *
 * @param config of the stage; there is one stack for it, `mrt-<stage>`, and with `edge` another, `mrt-<stage>-edge`
 * @param props of the CDK's App. Default: as the CDK's command line sets them by the environment
 * @throws ConfigError where the configuration passes a limit of AWS that only the stack can count
 */
export function mrtApp(config: Config, props: AppProps = {}): App {
  const app = new App({
    autoSynth: false,
    analyticsReporting: false,
    ...props,
    context: { ...CONTEXT, ...props.context },
  });
  const stack = new MrtStack(app, `mrt-${config.stage}`, config);
  checkResources(stack);
  if (config.edge && config.domain !== 'off') {
    const edge = new EdgeStack(app, `mrt-${config.stage}-edge`, config, config.edge, config.domain);
    edge.addStackDependency(stack);
  }
  addChecks(app);
  return app;
}
