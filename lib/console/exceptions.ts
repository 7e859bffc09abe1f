/** Findings of the checks on the console that are right as they are, each with its reason. */
import type { FindingException } from '../finding-exception.ts';

export const CONSOLE_EXCEPTIONS: readonly FindingException[] = [
  {
    id: 'AwsSolutions::AwsSolutions-CFR2',
    type: 'AWS::CloudFront::Distribution',
    path: /\/Console\//,
    reason:
      "Files that are the same for everybody and open to anybody, by GET from S3: a company's own web ACL goes into console.web_acl_arn.",
  },
];
