import type { DeployedFunction } from '@mrt/local-aws/cloudformation/deployed-functions.ts';
import { environmentOf } from '@mrt/local-aws/lambda/environment.ts';
import { expect, test } from 'vitest';
import { principal } from '../iam/principal.ts';

const deployed: DeployedFunction = {
  ...{ logicalId: 'Users', name: 'mrt-users', arn: 'arn:users', logName: 'users', roleArn: 'arn:role' },
  ...{ handler: 'index.handler', bundle: '/bundle', memoryMegabytes: 512, timeoutSeconds: 29 },
  ...{ variables: { MRT_KEY_BUCKET: 'keys' }, reservedConcurrency: 8, inVpc: true, traced: false },
};
const local = {
  s3: 'http://s3',
  cloudwatch: 'http://cw',
  cognito: 'http://idp',
  sts: null,
  athena: null,
  application: { MRT_DATABASE_CA_FILE: '/ca.pem' },
};

test("a function sees the template's variables, Lambda's own, and the listed local ones; nothing else", () => {
  const names = Object.keys(environmentOf(deployed, 'eu-west-1', local, principal([])));
  expect(new Set(names)).toEqual(
    new Set([
      'AWS_ACCESS_KEY_ID',
      'AWS_DEFAULT_REGION',
      'AWS_ENDPOINT_URL_CLOUDWATCH',
      'AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER',
      'AWS_ENDPOINT_URL_S3',
      'AWS_EXECUTION_ENV',
      'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
      'AWS_LAMBDA_FUNCTION_NAME',
      'AWS_LAMBDA_FUNCTION_VERSION',
      'AWS_LAMBDA_INITIALIZATION_TYPE',
      'AWS_LAMBDA_LOG_GROUP_NAME',
      'AWS_LAMBDA_LOG_STREAM_NAME',
      'AWS_REGION',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_SESSION_TOKEN',
      'LAMBDA_TASK_ROOT',
      'LANG',
      'MRT_DATABASE_CA_FILE',
      'MRT_KEY_BUCKET',
      'PATH',
      'TZ',
      '_HANDLER',
    ]),
  );
});
