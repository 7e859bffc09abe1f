/** What a schema cannot see in the options: each fault in words, starting with the path of its field. */
import { elsewhere } from '../place-contradictions.ts';
import type { Config } from '../schema.ts';
import { airflowFaults } from './airflow-contradictions.ts';
import { gatewayFaults } from './airflow-gateway-contradictions.ts';
import { inventoryFaults } from './inventory-contradictions.ts';
import { tenantFaults } from './tenant-contradictions.ts';

/** Faults of all options; empty for a sound configuration, and for one without options. */
export function optionFaults(config: Config): string[] {
  return [
    ...agentFaults(config),
    ...signInFaults(config),
    ...mailFaults(config),
    ...keyFaults(config),
    ...recoveryFaults(config),
    ...canaryFaults(config),
    ...edgeFaults(config),
    ...consoleFaults(config),
    ...inventoryFaults(config),
    ...Object.entries(config.environments).flatMap(([name, { airflow }]) =>
      airflow === undefined ? [] : [...airflowFaults(`environments.${name}.airflow`, airflow, config)],
    ),
    ...signedAnswersFaults(config),
    ...gatewayFaults(config),
    ...tenantFaults(config),
  ];
}

/** An environment is here or with an agent, never both; and an agent is there for something. */
function* agentFaults({ agents, trust_domain, environments, region }: Config): Generator<string> {
  const used = new Set<string>();
  for (const [name, environment] of Object.entries(environments)) {
    const path = `environments.${name}`;
    const { agent, offers, buckets, database, constants, airflow } = environment;
    if (agent === undefined) {
      if (offers !== undefined) yield `${path}.offers: goes with agent only; here it follows from what is configured`;
      continue;
    }
    used.add(agent);
    if (agents === undefined || !Object.hasOwn(agents.names, agent))
      yield `${path}.agent: agents.names has no ${agent}`;
    for (const [field, value] of Object.entries({ buckets, database, constants })) {
      if (value !== undefined) yield `${path}.${field}: belongs into the configuration of the agent ${agent}`;
    }
    if (airflow !== undefined)
      yield `${path}.airflow: an agent serves no Airflow; give it an environment of its own here`;
  }
  if (agents === undefined) return;
  if (trust_domain === undefined) yield 'trust_domain: is required with agents, who are called by it';
  if (!agents.iot_endpoint.endsWith(`.iot.${region}.amazonaws.com`)) {
    yield `agents.iot_endpoint: ${agents.iot_endpoint} is not in ${region}`;
  }
  for (const agent of Object.keys(agents.names)) {
    if (!used.has(agent)) yield `agents.names.${agent}: no environment names it`;
  }
}

function* canaryFaults({ canary, callers }: Config): Generator<string> {
  if (canary !== undefined && !Object.hasOwn(callers.clients, canary.client)) {
    yield `canary.client: callers.clients has no ${canary.client}`;
  }
}

/** An answer says for whom it was made by a SPIFFE ID. */
function* signedAnswersFaults({ signed_answers, trust_domain }: Config): Generator<string> {
  if (signed_answers !== undefined && trust_domain === undefined) {
    yield 'signed_answers: needs trust_domain, under which callers and keys have their names';
  }
}

/** A provider's group must lead to a group that has rights; and somebody must be able to come in. */
function* signInFaults({ people, callers }: Config): Generator<string> {
  if (people === 'off') return;
  for (const [name, { groups }] of Object.entries(people.providers ?? {})) {
    for (const [theirs, ours] of Object.entries(groups)) {
      if (!Object.hasOwn(callers.groups, ours)) {
        yield `people.providers.${name}.groups.${theirs}: callers.groups has no ${ours}`;
      }
    }
  }
  if (people.password_sign_in === false && Object.keys(people.providers ?? {}).length === 0) {
    yield 'people.password_sign_in: is false, and no entry of people.providers lets anybody in';
  }
}

/** Besides its own Region, Cognito sends by SES of these (Cognito guide, "Email settings for user pools"). */
const MAIL_REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1'];

function* mailFaults({ identity: { mail }, region }: Config): Generator<string> {
  const [, , , place = ''] = mail?.ses_identity_arn.split(':') ?? [];
  const usable = [...new Set([region, ...MAIL_REGIONS])];
  if (mail !== undefined && !usable.includes(place)) {
    yield `identity.mail.ses_identity_arn: is in ${place}; Cognito of ${region} sends by SES of ${usable.join(', ')}`;
  }
}

/** A key serves in its own Region only, and so does a signing profile. */
function* keyFaults({ region, encryption = {}, code_signing }: Config): Generator<string> {
  for (const [field, key] of Object.entries(encryption)) {
    if (key !== undefined) yield* elsewhere(`encryption.${field}`, key, { region });
  }
  for (const [index, profile] of (code_signing?.profile_version_arns ?? []).entries()) {
    yield* elsewhere(`code_signing.profile_version_arns.${index}`, profile, { region });
  }
}

/** S3 encrypts objects that are under a key of the company's only with another such key. */
function* recoveryFaults({ recovery, encryption }: Config): Generator<string> {
  if (recovery === undefined || recovery.replica_kms_key_arn !== undefined) return;
  if (encryption?.key_bucket_kms_key_arn !== undefined) {
    yield 'recovery.replica_kms_key_arn: is required with encryption.key_bucket_kms_key_arn: S3 copies what is under a key only to another key';
  }
}

/** CloudFront has its certificates in us-east-1, whatever Region the stack is in. */
function* edgeFaults({ edge, domain }: Config): Generator<string> {
  if (edge === undefined) return;
  const region = 'us-east-1';
  yield* elsewhere('edge.origin_certificate_arn', edge.origin_certificate_arn, { region });
  if (edge.certificate_arn !== undefined) yield* elsewhere('edge.certificate_arn', edge.certificate_arn, { region });
  if (domain === 'off') {
    yield 'edge: needs a domain: API Gateway closes no execute-api address to others';
  } else if (domain.hosted_zone_id === undefined && edge.certificate_arn === undefined) {
    yield 'edge.certificate_arn: is required without domain.hosted_zone_id, as nothing could validate a new certificate';
  }
}

/** The console has an address of the company's, a certificate where CloudFront looks for one, and people who sign in. */
function* consoleFaults({ console: site, domain, people }: Config): Generator<string> {
  if (site === undefined) return;
  yield* elsewhere('console.certificate_arn', site.certificate_arn, { region: 'us-east-1' });
  if (domain === 'off') yield 'console: needs a domain, below which it has its address';
  if (people === 'off') yield 'console: needs people, as nobody could sign in';
}
