/** The bucket that the functions take their keys from, as whoever holds the publisher's access key sees it. */
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { VARIABLES } from '../../lambdas/contract.ts';
import type { System } from '../../local/system.ts';
import { roleOf } from '../end-to-end/withdrawn-permission.ts';
import { clientOf } from '../packages/local-aws/s3/client.ts';
import { functionOf } from './past-the-gateway.ts';

export function keyBucket(system: System) {
  const bucket = functionOf(system, 'environments').deployed.variables[VARIABLES.keyBucket] ?? '';
  const client = clientOf(system.s3, roleOf(system, 'publisher'));
  return {
    put: (Key: string, Body: string) =>
      client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Buffer.from(Body) })),
    get: async (Key: string) =>
      (await client.send(new GetObjectCommand({ Bucket: bucket, Key }))).Body?.transformToString() ?? '',
  };
}
