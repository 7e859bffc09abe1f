/** A copy of the signing keys for the day on which the Region or the bucket is gone. */
import * as z from 'zod';
import { arn } from '../names.ts';

export const recovery = z
  .strictObject({
    replica_bucket_arn: z
      .string()
      .regex(/^arn:aws:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the ARN of an S3 bucket')
      .describe('A bucket with versions, best in another Region and account. S3 copies keys.json there.'),
    replica_account: z
      .string()
      .regex(/^[0-9]{12}$/, 'must be the 12 digits of an account')
      .optional()
      .describe("Its account, where that is another one: the copy is then that account's own."),
    replica_kms_key_arn: arn('kms').optional().describe('The key that the copy is encrypted with, in its Region.'),
  })
  .describe('Left out: the signing keys are in one bucket of one Region.');
