/** One role a tenant, by which alone the tenant's data and its part of the record are read. docs/tenants.md */
import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ConfigError } from '../../config/config-error.ts';
import type { Config } from '../../config/schema.ts';
import { isolatedTenants, tenantRoleName } from '../../config/tenancy.ts';
import { boundedPolicies, MAX_POLICIES_PER_ROLE } from '../permissions/bounded-policy.ts';
import { declareRoleActions } from '../permissions/declared-actions.ts';
import { type TenantReader, tenantActions, tenantStatements, trustPolicy } from '../permissions/tenant-statements.ts';
import type { RecordBucket } from '../records/record-bucket.ts';
import { RECORD_ACTIONS, recordPolicy } from './record-policy.ts';

export interface TenantRolesProps {
  config: Config;
  /** The functions that read tenants' data. */
  readers: readonly TenantReader[];
  /** `null`: the stage records nothing. */
  recordBucket: RecordBucket | null;
}

/** The roles of all tenants with isolation "roles". */
export class TenantRoles extends Construct {
  /** @throws ConfigError when a tenant's environments do not fit into the policies of one role */
  constructor(scope: Construct, id: string, { config, readers, recordBucket }: TenantRolesProps) {
    super(scope, id);
    const ofNeeds = tenantActions(readers.flatMap(({ needs }) => needs));
    const named = recordBucket === null ? ofNeeds : [...new Set([...ofNeeds, ...RECORD_ACTIONS])];
    for (const tenant of isolatedTenants(config)) {
      const policies = boundedPolicies(
        this,
        tenant,
        `MRT: tenant ${tenant}`,
        tenantStatements(tenant, readers, config),
      );
      if (policies.length > MAX_POLICIES_PER_ROLE) {
        throw new ConfigError([
          `tenants.${tenant}: its environments need ${policies.length} policies, a role takes ${MAX_POLICIES_PER_ROLE}; divide them over two tenants or stages`,
        ]);
      }
      const role = new CfnRole(this, `Role-${tenant}`, {
        // A name of its own: whoever lets it into a bucket or a key of another account must know it.
        roleName: tenantRoleName(config, tenant),
        description: `MRT API, stage ${config.stage}: reads what is ${tenant}'s`,
        assumeRolePolicyDocument: Stack.of(this).resolve(trustPolicy(tenant, readers, config)),
        managedPolicyArns: policies.map(({ managedPolicyArn }) => managedPolicyArn),
        // As long as a chain of roles may last anyway.
        maxSessionDuration: Duration.hours(1).toSeconds(),
      });
      if (recordBucket !== null) {
        const policyDocument = Stack.of(this).resolve(recordPolicy(tenant, readers, recordBucket, config));
        role.policies = [{ policyName: 'record', policyDocument }];
        acknowledgeWildcards(role, tenant, policyDocument);
      }
      declareRoleActions(role, { named });
    }
  }
}

/** Objects of the record below prefixes of the tenant's own: the checks want each of them by its name. */
function acknowledgeWildcards(role: CfnRole, tenant: string, document: { Statement: { Resource: unknown }[] }): void {
  const own = new RegExp(`/(tenants/|history/tenant=)${tenant}/.*\\*$`);
  for (const resource of document.Statement.flatMap(({ Resource }) => Resource)) {
    const [, key = ''] = /"(\/[^"]*\*)"/.exec(JSON.stringify(resource)) ?? [];
    if (!own.test(key)) continue;
    Validations.of(role).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM5[Resource::<RecordBucket.Arn>${key}]`,
      reason: 'Objects of the record below a prefix of this tenant alone: environments and months of one route.',
    });
  }
}
