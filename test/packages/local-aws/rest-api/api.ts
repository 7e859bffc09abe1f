/** A private REST API of one's own, as a template would give it. */
import type { DeployedMethod, DeployedRestApi } from '@mrt/local-aws/cloudformation/deployed-rest-apis.ts';
import type { Statement } from '@mrt/local-aws/iam/policy.ts';

export const PLACE = { stackName: 'test', account: '000000000000', region: 'eu-west-1' };
export const ARN = 'arn:aws:execute-api:eu-west-1:000000000000:abc/prod';

export function methodOf(changes: Partial<DeployedMethod> = {}): DeployedMethod {
  return {
    method: 'GET',
    path: '/files/{proxy+}',
    authorization: { by: 'iam' },
    functionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:files',
    streams: false,
    timeoutMilliseconds: 29_000,
    throttle: { rate: 100, burst: 100 },
    ...changes,
  };
}

/** With these statements as its resource policy. */
export function apiOf(statements: Statement[], changes: Partial<DeployedRestApi> = {}): DeployedRestApi {
  return {
    id: 'abc',
    stage: 'prod',
    endpointIds: ['vpce-1'],
    policy: { Version: '2012-10-17', Statement: statements },
    methods: [methodOf()],
    responses: new Map(),
    accessLogFormat: null,
    ...changes,
  };
}
