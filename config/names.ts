/** Names and ids as AWS and the configuration spell them. */
import * as z from 'zod';

/** Environments, databases, labels: safe in logical ids, URLs and log lines without any escaping. */
export const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'a name is 1 to 40 of a-z, 0-9 and -, not starting with -');
/** @param service as ARNs spell it: `kms`, `acm` */
export const arn = (service: string) =>
  z.string().regex(new RegExp(`^arn:aws:${service}:[a-z0-9-]*:[0-9]{12}:.+$`), `must be an ARN of ${service}`);
export const securityGroup = z.string().regex(/^sg-[0-9a-f]{8,17}$/, 'must be a security group id, sg-…');
/** Who adds the rule to a security group that is not the stack's; in a shared VPC, or with one of another team, only its owner can. */
export const ingress = z
  .enum(['create', 'owner'])
  .default('create')
  .describe('create: the stack adds the rule that lets its functions in; owner: the owner of the group does.');
/** S3 User Guide, "General purpose bucket naming rules". */
export const bucketName = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of an S3 bucket');
/**
 * S3 keys and prefixes go into IAM policies, where `*`, `?` and `${` would be patterns, and which take no sign past ÿ (IAM
 * API, "CreatePolicy": U+0020 to U+00FF).
 */
export const keyText = z
  .string()
  .min(1)
  .max(512)
  .regex(/^[^*?$\p{Cc}]+$/u, 'must not hold *, ?, $ or control characters')
  .regex(/^[^\u0100-\u{10ffff}]*$/u, 'must hold no sign past ÿ, which IAM policies do not take');
