import type { Principal } from '@mrt/local-aws/iam/iam.ts';
import type { Statement } from '@mrt/local-aws/iam/policy.ts';

/** A role outside the VPC that may do what the statements say. */
export function principal(statements: Statement[], changes: Partial<Principal> = {}): Principal {
  return {
    name: 'TestFunction',
    roleArn: 'arn:aws:iam::000000000000:role/test-role',
    policies: [{ Version: '2012-10-17', Statement: statements }],
    inVpc: false,
    accessKeyId: 'ASIATESTTESTTESTTEST',
    secretAccessKey: 'a secret of the test',
    sessionToken: 'a session token of the test',
    ...changes,
  };
}

export const EVERYTHING: Statement = { Effect: 'Allow', Action: '*', Resource: '*' };
