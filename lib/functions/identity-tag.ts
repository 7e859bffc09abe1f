/** The tag by which STS knows a function, on its role: a session of a tenant's role must carry the same. */
import { Tags } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { Config } from '../../config/schema.ts';
import { functionIdentity, IDENTITY_TAG, type Reading, readsTenants } from '../permissions/tenant-statements.ts';

/** Tags the role of a function that reads tenants' data; any other stays as it is. */
export function tagIdentity(role: Role, of: Reading & { name: string; config: Config }): void {
  if (readsTenants(of, of.config)) Tags.of(role).add(IDENTITY_TAG, functionIdentity(of.config, of.name));
}
