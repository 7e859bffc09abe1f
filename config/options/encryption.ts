/** Keys and signatures of the company's own, in place of those that AWS keeps. */
import * as z from 'zod';
import { arn } from '../names.ts';

export const encryption = z
  .strictObject({
    topic_kms_key_arn: arn('kms').optional().describe('For the alarm topic. Its policy must let CloudWatch use it.'),
    key_bucket_kms_key_arn: arn('kms').optional().describe('For the key bucket: jwks.json and keys.json.'),
  })
  .describe('Left out: keys of AWS. Key policies: npm run key-policies. Logs: observability.log_kms_key_arn.');

export const codeSigning = z
  .strictObject({
    profile_version_arns: z
      .array(
        z
          .string()
          .regex(
            /^arn:aws:signer:[a-z0-9-]+:[0-9]{12}:\/signing-profiles\/\w+\/\w+$/,
            'must be the ARN of a version of a signing profile, arn:aws:signer:…:/signing-profiles/<name>/<version>',
          ),
      )
      .min(1)
      .max(20)
      .describe('Whose signatures the functions take; code without one is refused.'),
  })
  .describe('Left out: code is not signed.');
