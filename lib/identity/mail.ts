/** Cognito's mails by the company's own SES identity, where one is configured. */
import type { CfnUserPool, UserPool } from 'aws-cdk-lib/aws-cognito';
import type { Config } from '../../config/schema.ts';

/**
 * Cognito sends through SES by a service-linked role, which it makes for whoever sets this up
 * (`iam:CreateServiceLinkedRole`; Cognito guide, "Email settings for user pools"). Without it, it sends 50 mails a day.
 */
export function sendBySes(pool: UserPool, { identity: { mail } }: Config): void {
  if (mail === undefined) return;
  (pool.node.defaultChild as CfnUserPool).emailConfiguration = {
    emailSendingAccount: 'DEVELOPER',
    sourceArn: mail.ses_identity_arn,
    from: mail.from,
    ...(mail.reply_to !== undefined && { replyToEmailAddress: mail.reply_to }),
  };
}
