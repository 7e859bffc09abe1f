/**
 * What a signature that does not hold is answered with, by the names of AWS's JSON services.
 * Source: AWS General Reference, "Common Errors"; IAM user guide, "Troubleshoot Signature Version 4 requests".
 */
import type { SignatureFault } from '../iam/sigv4.ts';

/** Codes of a refusal. The query protocol has its own. */
export type SignatureCode =
  | 'MissingAuthenticationTokenException'
  | 'IncompleteSignatureException'
  | 'UnrecognizedClientException'
  | 'ExpiredTokenException'
  | 'InvalidSignatureException';

const INVALID_TOKEN = 'The security token included in the request is invalid.';
const NO_MATCH = 'The request signature we calculated does not match.';

/** Code and message of each fault. */
export const SIGNATURE_REFUSALS: Readonly<Record<SignatureFault, readonly [SignatureCode, string]>> = {
  missing: ['MissingAuthenticationTokenException', 'Missing Authentication Token'],
  malformed: ['IncompleteSignatureException', 'The request signature does not conform to AWS standards.'],
  'wrong-scope': [
    'InvalidSignatureException',
    'Credential should be scoped to a valid Region and the correct service.',
  ],
  'unknown-key': ['UnrecognizedClientException', INVALID_TOKEN],
  'wrong-token': ['UnrecognizedClientException', INVALID_TOKEN],
  'expired-token': ['ExpiredTokenException', 'The security token included in the request is expired'],
  skewed: ['InvalidSignatureException', 'Signature expired'],
  expired: ['InvalidSignatureException', 'Signature expired'],
  'unsigned-header': ['InvalidSignatureException', 'A header that must be signed is not.'],
  'wrong-signature': ['InvalidSignatureException', NO_MATCH],
  'wrong-payload': ['InvalidSignatureException', NO_MATCH],
};
