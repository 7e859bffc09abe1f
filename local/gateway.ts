/** The HTTP API in front of the functions, with the console beside it and a line in `access.log` for each request. */
import type { Deployment } from '@mrt/local-aws/cloudformation/deployment.ts';
import type { TokenEndpoint } from '@mrt/local-aws/cognito/token-endpoint.ts';
import { Gateway } from '@mrt/local-aws/gateway/gateway.ts';
import type { Functions } from '@mrt/local-aws/lambda/functions.ts';
import type { Config } from '../config/schema.ts';
import type { LocalConsole } from './console/console.ts';
import { openLog, type Run } from './run/run.ts';

export interface GatewayOptions {
  /** 0 is a free one. */
  port: number;
  config: Config;
  deployment: Deployment;
  functions: Functions;
  cognito: TokenEndpoint;
  /** `null`: nobody could sign in. */
  site: LocalConsole | null;
  run: Run;
}

/** @returns the port. @throws Error when it is taken */
export async function startGateway(options: GatewayOptions): Promise<number> {
  const { port, config, deployment, functions, cognito, site, run } = options;
  const accessLog = openLog(run, 'access');
  const gateway = new Gateway({
    api: deployment.api,
    place: { account: config.account, apiId: deployment.api.id, stage: deployment.api.stage },
    // In this process, where no proxy of the environment is asked.
    keysOf: () => cognito.signer.publishedKeys,
    integration: (route) => functions.integrationOf(route),
    ...(site !== null && { beside: site.serve }),
    writeAccessLine: (line) => accessLog.write(`${line}\n`),
  });
  const listening = await gateway.listen(port);
  run.teardown.add(() => gateway.close());
  return listening;
}
