/** The console for people, under `console.<dns_domain>`: static files in S3 behind CloudFront. */
import * as z from 'zod';
import { arn } from '../names.ts';

export const consoleSite = z
  .strictObject({
    certificate_arn: arn('acm').describe(
      'For console.<dns_domain>, in us-east-1: CloudFront takes certificates of no other Region.',
    ),
    web_acl_arn: z
      .string()
      .regex(/^arn:aws:wafv2:us-east-1:[0-9]{12}:global\/webacl\/.+$/, 'must be the ARN of a web ACL for CloudFront')
      .optional()
      .describe("The company's own, in front of the files. Default: none."),
  })
  .describe('Left out: no console in the cloud; the local run has one all the same.');
