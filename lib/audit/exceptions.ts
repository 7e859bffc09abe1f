/** Findings of the checks on the forwarder of audit lines that are right as they are, each with its reason. */
import type { FindingException } from '../finding-exception.ts';

export const AUDIT_EXCEPTIONS: readonly FindingException[] = [
  {
    id: 'Serverless::Serverless-LambdaDLQ',
    type: 'AWS::Lambda::Function',
    path: /\/AuditForwarder\//,
    reason: 'What it could not hand on is in the log group that it came from; the alarm of its errors says since when.',
  },
];
