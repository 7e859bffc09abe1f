/**
 * `npm run key-policies -- config/<stage>.json`: what the policy of each KMS key of the configuration must allow, as JSON
 * to paste. The keys are the company's; nothing here changes them.
 *
 * The account's own statement, with which every key begins (`kms:*` for the account), is taken for granted: by it the
 * roles of the stack have what their policies say. What stands here is for AWS's services, which have no such policies.
 */
import { readConfig } from '../config/read.ts';
import type { Config } from '../config/schema.ts';

/** A statement of a key's policy (KMS guide, "Key policies"). */
export interface KeyStatement {
  Sid: string;
  Effect: 'Allow';
  Principal: { Service: string };
  Action: string[];
  /** In a key's policy: this key. */
  Resource: '*';
  Condition: Record<string, Record<string, string>>;
}

/** Statements by the key's ARN; a key that serves twice has both. Empty: no key is configured, or none needs one. */
export function keyPolicies(config: Config): Record<string, KeyStatement[]> {
  const policies: Record<string, KeyStatement[]> = {};
  const add = (key: string | undefined, statement: KeyStatement) => {
    if (key !== undefined) policies[key] = [...(policies[key] ?? []), statement];
  };
  add(config.observability.log_kms_key_arn, logsStatement(config));
  add(config.encryption?.topic_kms_key_arn, alarmsStatement(config));
  return policies;
}

/** CloudWatch Logs guide, "Encrypt log data in CloudWatch Logs using AWS KMS": the groups of this account only. */
function logsStatement({ region, account }: Config): KeyStatement {
  return {
    Sid: 'LogGroups',
    Effect: 'Allow',
    Principal: { Service: `logs.${region}.amazonaws.com` },
    Action: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
    Resource: '*',
    Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${region}:${account}:log-group:*` } },
  };
}

/** SNS guide, "Enable compatibility between event sources from AWS services and encrypted topics". */
function alarmsStatement({ account }: Config): KeyStatement {
  return {
    Sid: 'AlarmsToTheTopic',
    Effect: 'Allow',
    Principal: { Service: 'cloudwatch.amazonaws.com' },
    Action: ['kms:GenerateDataKey*', 'kms:Decrypt'],
    Resource: '*',
    Condition: { StringEquals: { 'aws:SourceAccount': account } },
  };
}

if (import.meta.main) {
  const [path] = process.argv.slice(2);
  try {
    if (path === undefined) throw new Error('which configuration? npm run key-policies -- config/<stage>.json');
    process.stdout.write(`${JSON.stringify(keyPolicies(readConfig(path)), null, 2)}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
