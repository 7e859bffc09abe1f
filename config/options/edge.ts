/** CloudFront with a web application firewall in front of the API, and no way past it. */
import * as z from 'zod';
import { arn, bucketName, keyText } from '../names.ts';

export const edge = z
  .strictObject({
    certificate_arn: arn('acm')
      .optional()
      .describe('For maas-api.<dns_domain>, in us-east-1. Default: requested there, and validated by DNS.'),
    origin_certificate_arn: arn('acm').describe(
      'The client certificate, with its key, that CloudFront shows to the API; imported into us-east-1.',
    ),
    truststore: z
      .strictObject({ bucket: bucketName, key: keyText, version_id: z.string().min(1).max(1024) })
      .describe('PEM of the authority that has issued that certificate and no other; the API takes nobody else.'),
    web_acl_arn: z
      .string()
      .regex(/^arn:aws:wafv2:us-east-1:[0-9]{12}:global\/webacl\/.+$/, 'must be the ARN of a web ACL for CloudFront')
      .optional()
      .describe("The company's own. Default: the stack makes one."),
    requests_per_5_minutes: z
      .int()
      .min(10)
      .max(2_000_000_000)
      .default(3000)
      .describe('Of one address, before the web ACL of the stack refuses it.'),
  })
  .describe('Left out: clients reach API Gateway themselves.');
