/**
 * An agent's configuration as that of a stage: what reads environments, databases and rights of a stage, reads an agent's in
 * the same way.
 */
import { contradictions } from '../contradictions.ts';
import { type Config, type ConfigInput, configSchema } from '../schema.ts';
import type { AgentConfig } from './schema.ts';

/** What a stage has and an agent has not; nothing is made of it. */
const UNUSED = {
  schema_version: 1,
  stage: 'agent',
  domain: 'off',
  people: 'off',
  network: {
    vpc: 'existing',
    vpc_id: 'vpc-00000000',
    subnet_ids: ['subnet-00000001', 'subnet-00000002'],
    availability_zones: ['eu-west-1a', 'eu-west-1b'],
    route_table_ids: ['rtb-00000000'],
    s3_prefix_list_id: 'pl-00000000',
    s3_endpoint: { existing: 'vpce-00000000' },
    monitoring_endpoint: { existing: 'vpce-00000000', security_group: 'sg-00000000' },
  },
} as const;

/** With one caller, which may do what one of the entries allows: the agent looks at each entry by itself. */
export function agentAsStage(agent: AgentConfig): Config {
  const { account, region, databases, environments, bucket_keys, limits, observability } = agent;
  const zones = [`${region}a`, `${region}b`];
  const input = {
    ...UNUSED,
    network: { ...UNUSED.network, availability_zones: zones },
    account,
    region,
    databases,
    environments,
    bucket_keys,
    observability,
    callers: { clients: { regional: { scopes: ['mrt/users.read'], environments: ['*'] } } },
    limits: {
      database_connections: 'off',
      database_connections_per_instance: limits.database_connections,
      listings: 'off',
      reason_required: limits.reason_required,
    },
  } as unknown as ConfigInput;
  return configSchema.parse(input);
}

/** Faults of databases, environments and keys, in the words that a stage's have. */
export function agentContradictions(agent: AgentConfig): string[] {
  const own = /^(databases|environments|bucket_keys)\./;
  return contradictions(agentAsStage(agent)).filter((fault) => own.test(fault));
}
