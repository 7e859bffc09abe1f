/** Findings of the checks on rights at the record that are right as they are. */
import { historyPrefix, TENANTS } from '../../lambdas/record/layout.ts';
import { routes } from '../../lambdas/routes.ts';
import { WRITTEN } from './record-bucket.ts';

/** Of the record: each function reads what is below its own prefixes, whose names are made of environments and months. */
export const RECORD_WILDCARDS = [
  ...[...WRITTEN, `${TENANTS}*`].filter((key) => key.endsWith('*')),
  ...routes.map(({ name }) => `${historyPrefix(name)}*`),
].map((key) => `AwsSolutions::AwsSolutions-IAM5[Resource::<RecordBucket.Arn>/${key}]`);

export const OF_THE_RECORD =
  'Objects of the record below one prefix: environments, months, and nothing of another route.';
