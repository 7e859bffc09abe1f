/** The private Airflow gateway of the stack on this machine: its endpoint is a port of the loopback. */
import { join } from 'node:path';
import type { Deployment } from '@mrt/local-aws/cloudformation/deployment.ts';
import type { Iam } from '@mrt/local-aws/iam/iam.ts';
import type { Functions } from '@mrt/local-aws/lambda/functions.ts';
import { type LogFault, LogFile } from '@mrt/local-aws/log/log-file.ts';
import { RestGateway } from '@mrt/local-aws/rest-api/rest-gateway.ts';
import type { Teardown } from '../run/teardown.ts';

export interface AirflowGatewayOptions {
  deployment: Deployment;
  iam: Iam;
  functions: Functions;
  logDirectory: string;
  logFault: LogFault;
  teardown: Teardown;
}

/** A running gateway. */
export interface AirflowGateway {
  /** With the stage, as the output of the stack has it: `http://127.0.0.1:40001/local`. */
  address: string;
  gateway: RestGateway;
}

/** @returns `null` for a stack without one */
export async function startAirflowGateway(options: AirflowGatewayOptions): Promise<AirflowGateway | null> {
  const { deployment, iam, functions, logDirectory, logFault, teardown } = options;
  const [api] = deployment.restApis;
  if (api === undefined) return null;
  const accessLog = new LogFile(join(logDirectory, 'airflow-access.log'), logFault);
  teardown.add(() => accessLog.end());
  const gateway = new RestGateway({
    api,
    place: deployment.place,
    iam,
    integration: (functionArn, source, timeout) => functions.integrationBehind(functionArn, source, timeout),
    authorizer: (functionArn, source) => {
      const { permitted, invoke } = functions.integrationBehind(functionArn, source, 0);
      return { permitted, invoke: (event) => invoke(event, '') };
    },
    writeAccessLine: (line) => accessLog.write(`${line}\n`),
  });
  const [endpoint = 'vpce-0local'] = api.endpointIds;
  const port = await gateway.listen(0, endpoint);
  teardown.add(() => gateway.close());
  return { address: `http://127.0.0.1:${port}/${api.stage}`, gateway };
}
