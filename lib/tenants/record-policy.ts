/**
 * What the sessions of a tenant's role read of the record: the tenant's part of it, and of that each function its own view and
 * history. A policy of the role itself, as the bucket's name is known at deployment only.
 */
import { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import type { Config } from '../../config/schema.ts';
import { forSessionsOf, type TenantReader } from '../permissions/tenant-statements.ts';
import type { RecordBucket } from '../records/record-bucket.ts';

/** Actions of the policy. */
export const RECORD_ACTIONS = ['s3:GetObject', 's3:ListBucket'];

/** @param readers functions that read tenants' data; those that read nothing of the record have no statement */
export function recordPolicy(
  tenant: string,
  readers: readonly TenantReader[],
  recordBucket: RecordBucket,
  config: Config,
): PolicyDocument {
  return new PolicyDocument({
    statements: readers.flatMap(({ name, record }) => {
      const statements = record === undefined ? [] : recordBucket.readStatements(name, record, tenant);
      return statements.map((statement) => forSessionsOf(statement, tenant, [name], config));
    }),
  });
}
