/** The private Airflow gateway of the stack on this machine: its endpoint is a port of the loopback. */
import type { Deployment } from '@mrt/local-aws/cloudformation/deployment.ts';
import type { Iam } from '@mrt/local-aws/iam/iam.ts';
import type { Functions } from '@mrt/local-aws/lambda/functions.ts';
import { RestGateway } from '@mrt/local-aws/rest-api/rest-gateway.ts';
import { openLog, type Run } from '../run/run.ts';

export interface AirflowGatewayOptions {
  deployment: Deployment;
  iam: Iam;
  functions: Functions;
  run: Run;
}

/** A running gateway. */
export interface AirflowGateway {
  /** With the stage, as the output of the stack has it: `http://127.0.0.1:40001/local`. */
  address: string;
  gateway: RestGateway;
}

/** @returns `null` for a stack without one */
export async function startAirflowGateway(options: AirflowGatewayOptions): Promise<AirflowGateway | null> {
  const { deployment, iam, functions, run } = options;
  const [api] = deployment.restApis;
  if (api === undefined) return null;
  const accessLog = openLog(run, 'airflow-access');
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
  run.teardown.add(() => gateway.close());
  return { address: `http://127.0.0.1:${port}/${api.stage}`, gateway };
}
