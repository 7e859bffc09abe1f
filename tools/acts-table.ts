/** The table of acts in docs/security.md, which `npm run generate` writes. */
import type { Act } from './acting-services.ts';

/** What AWS does with the rights of whoever deploys or of a key's policy, and what is told as text in a template. */
const BESIDE_THE_WALK = [
  [
    'API Gateway',
    '`logs:PutLogEvents`',
    'Logs LogGroup of the API',
    '`logs:CreateLogDelivery` and others of the deployer',
  ],
  ['CloudFormation', '`lambda:InvokeFunction`', 'Lambda Function of the publisher, once', 'the same of the deployer'],
  ['CloudWatch Logs', '`kms:Encrypt`, `kms:Decrypt`', 'the key of `log_kms_key_arn`', "the key's own policy"],
  ['CloudWatch', '`kms:GenerateDataKey`, `kms:Decrypt`', 'the key of `topic_kms_key_arn`', "the key's own policy"],
  ['Cognito', '`ses:SendEmail`', 'the identity of `identity.mail`', 'a service-linked role, made for the deployer'],
  [
    '`delivery.logs.amazonaws.com`',
    '`logs:PutLogEvents`',
    'Logs LogGroup of the web ACL',
    'Logs ResourcePolicy, for this account only',
  ],
];

/** The table: one row for all acts that are alike. */
export function actsTable(acts: readonly Act[]): string {
  const rows = acts.map(({ service, action, on, because, allowedBy }) => [
    `\`${service}\``,
    `\`${action}\``,
    `${on}, because of ${because}`,
    allowedBy,
  ]);
  const lines = [...rows, ...BESIDE_THE_WALK].map((cells) => `| ${cells.join(' | ')} |\n`);
  return ['| who | does | on | allowed by |\n', '| --- | --- | --- | --- |\n', ...new Set(lines)].join('');
}
