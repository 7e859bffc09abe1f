/** Findings of the checks on the edge that are right as they are, each with its reason. */
import type { FindingException } from '../finding-exception.ts';

export const EDGE_EXCEPTIONS: readonly FindingException[] = [
  {
    id: 'AwsSolutions::AwsSolutions-CFR3',
    type: 'AWS::CloudFront::Distribution',
    reason: 'The log of the web ACL has every request without its token, the access log of the API what became of it.',
  },
  {
    id: 'AwsSolutions::AwsSolutions-CFR1',
    type: 'AWS::CloudFront::Distribution',
    reason: 'Where callers are is not known here; a company that knows gives a web ACL of its own (edge.web_acl_arn).',
  },
];
