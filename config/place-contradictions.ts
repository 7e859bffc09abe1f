/** Contradictions of the place: what must be in the stack's own Region and account, and names that AWS keeps for itself. */
import type { Config } from './schema.ts';

/** Cognito refuses them wherever they stand in a domain prefix (Cognito guide, "Using the Amazon Cognito domain"). */
const RESERVED_WORDS = ['aws', 'amazon', 'cognito'];
/** Tags of a resource (AWS General Reference, "Tag naming limits"), one of which is `mrt:stage`. */
const MAX_TAGS = 49;

/** Faults in words, each starting with the path of its field. */
export function* placeFaults(config: Config): Generator<string> {
  const { account, region, domain, permissions_boundary_arn, bucket_keys, observability } = config;
  if (/^(cn|us-gov|us-iso\w*|eu-isoe|eusc)-/.test(region)) {
    yield `region: ${region} is in another partition than aws, which the policies are written for`;
  }
  if (permissions_boundary_arn !== undefined) {
    yield* elsewhere('permissions_boundary_arn', permissions_boundary_arn, { account });
  }
  if (domain !== 'off') {
    const { certificate_arn, hosted_zone_id } = domain;
    if (certificate_arn !== undefined) yield* elsewhere('domain.certificate_arn', certificate_arn, { region, account });
    else if (hosted_zone_id === undefined) {
      yield 'domain.certificate_arn: is required without hosted_zone_id, as nothing could validate a new certificate';
    }
  }
  for (const [bucket, key] of Object.entries(bucket_keys)) yield* elsewhere(`bucket_keys.${bucket}`, key, { region });
  if (observability.log_kms_key_arn !== undefined) {
    yield* elsewhere('observability.log_kms_key_arn', observability.log_kms_key_arn, { region });
  }
  yield* tagFaults(config);
  yield* prefixFaults(config);
}

/** `arn:partition:service:region:account:resource`. A bucket's key may be another account's, but not another Region's. */
export function* elsewhere(path: string, arn: string, place: { region?: string; account?: string }): Generator<string> {
  const [, , , region, account] = arn.split(':');
  if (place.region !== undefined && region !== place.region) yield `${path}: is in ${region}, not in ${place.region}`;
  if (place.account !== undefined && account !== place.account) {
    yield `${path}: is in account ${account}, not in ${place.account}`;
  }
}

/** Signs that every service takes in a tag (AWS General Reference, "Tag naming limits and requirements"). */
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

function* tagFaults({ tags }: Config): Generator<string> {
  if (Object.keys(tags).length > MAX_TAGS) yield `tags: must have ${MAX_TAGS} entries at most`;
  for (const [key, value] of Object.entries(tags)) {
    if (/^aws:/i.test(key)) yield `tags.${key}: AWS keeps aws: for its own tags`;
    else if (key === 'mrt:stage') yield `tags.${key}: the stack sets it`;
    else if (key === '' || !TAG_TEXT.test(key + value))
      yield `tags.${key}: must be letters, digits, spaces and _ . : / = + - @`;
  }
}

/** The prefix is the configuration's, or made of the stage. */
function* prefixFaults({ identity, stage, account }: Config): Generator<string> {
  if (identity.domain_prefix !== undefined) return;
  const prefix = `mrt-${stage}-${account}`;
  const word = RESERVED_WORDS.find((reserved) => prefix.includes(reserved));
  if (word) {
    yield `identity.domain_prefix: is required, as the default ${prefix} holds ${word}, which Cognito keeps for itself`;
  }
}
