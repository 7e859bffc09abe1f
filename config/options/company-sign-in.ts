/** How people come in by their company's identity provider, and who sends Cognito's mails. */
import * as z from 'zod';
import { arn, name } from '../names.ts';

/** As it stands in a SAML assertion or an ID token: often a URL. */
const claim = z.string().min(1).max(256);
const https = z.string().regex(/^https:\/\/\S+$/, 'must be an https address');

/** What both kinds have in common. */
const mapping = {
  groups_claim: claim.describe("Attribute of the assertion, or claim of the ID token, that holds the person's groups."),
  email_claim: claim.default('email').describe('The same for the e-mail address.'),
  groups: z
    .record(z.string().min(1).max(256), name.max(32))
    .refine((groups) => Object.keys(groups).length > 0, 'must have one at least')
    .describe("The provider's group, by its id or name → a name out of callers.groups. Others count for nothing."),
};

const saml = z.strictObject({
  type: z.literal('saml'),
  metadata_url: https.describe(
    'Cognito reads it again every few hours, so that a new certificate needs no deployment.',
  ),
  ...mapping,
});

const oidc = z.strictObject({
  type: z.literal('oidc'),
  issuer: https,
  client_id: z.string().min(1).max(256),
  client_secret_arn: arn('secretsmanager').describe('A secret whose whole text is the client secret.'),
  scopes: z.array(z.string().min(1)).min(1).default(['openid', 'email']),
  ...mapping,
});

/** Cognito's own names for the providers that it knows, in any case, and its own pool. */
const RESERVED = /^(cognito|facebook|google|loginwithamazon|signinwithapple)$/i;

/** CreateIdentityProvider: 3 to 32 characters; an underscore would blur the names of groups and users that Cognito makes. */
const providerName = z
  .string()
  .regex(/^[A-Za-z0-9-]{3,32}$/, 'must be 3 to 32 of A-Z, a-z, 0-9 and -')
  .refine((text) => !RESERVED.test(text), 'must not be a name of Cognito itself');

export const providers = z
  .record(providerName, z.discriminatedUnion('type', [saml, oidc], 'must be an object with type "saml" or "oidc"'))
  .describe("The company's identity providers. To switch them off again leave {}: Cognito keeps their attribute.");

export const passwordSignIn = z
  .boolean()
  .describe('Whether people of the pool itself sign in beside the providers. Default with providers: no.');

export const mail = z
  .strictObject({
    ses_identity_arn: arn('ses').describe('A verified address or domain of SES.'),
    from: z.email(),
    reply_to: z.email().optional(),
  })
  .describe('Left out: Cognito sends its mails itself, 50 a day.');
