/** Identity providers of the company, by SAML or OpenID Connect. Who they let in has the groups that they name. */
import { SecretValue } from 'aws-cdk-lib';
import {
  CfnUserPoolIdentityProvider,
  ClientAttributes,
  StringAttribute,
  type UserPool,
  type UserPoolClient,
  UserPoolClientIdentityProvider,
  type UserPoolClientOptions,
  type UserPoolProps,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import type { Config } from '../../config/schema.ts';
import { GROUPS_ATTRIBUTE } from '../../lambdas/sign_in/settings.ts';

type People = Exclude<Config['people'], 'off'>;
type Provider = NonNullable<People['providers']>[string];

/** Without the prefix, by which the pool's schema knows it. */
const GROUPS = GROUPS_ATTRIBUTE.slice('custom:'.length);

/**
 * Claims by the attribute that they go to. The sign-in function puts both under these very names, whatever the provider
 * calls them (`lambdas/sign_in/inbound.ts`).
 */
const ATTRIBUTE_MAPPING = { email: 'email', [GROUPS_ATTRIBUTE]: GROUPS_ATTRIBUTE };

/** The attribute that holds the groups between sign-in and token; nothing without providers. */
export function poolProps({ people }: Config): Pick<UserPoolProps, 'customAttributes'> {
  if (people === 'off' || people.providers === undefined) return {};
  // Mutable, as each sign-in writes it anew; 2,048 is Cognito's own maximum.
  return { customAttributes: { [GROUPS]: new StringAttribute({ mutable: true, maxLen: 2048 }) } };
}

/** The providers of the pool, and what the people's client needs to use them. */
export class CompanyProviders extends Construct {
  readonly #providers: CfnUserPoolIdentityProvider[];

  /** `null` where the configuration has none. */
  static of(scope: Construct, userPool: UserPool, { people }: Config): CompanyProviders | null {
    if (people === 'off' || Object.keys(people.providers ?? {}).length === 0) return null;
    return new CompanyProviders(scope, 'Providers', userPool, people.providers ?? {});
  }

  /** @param providers by name; the name is on the sign-in page, and in the names of the people who come by it */
  constructor(scope: Construct, id: string, userPool: UserPool, providers: Record<string, Provider>) {
    super(scope, id);
    this.#providers = Object.entries(providers).map(
      ([providerName, provider]) =>
        new CfnUserPoolIdentityProvider(this, providerName, {
          userPoolId: userPool.userPoolId,
          providerName,
          providerType: provider.type.toUpperCase(),
          providerDetails: detailsOf(provider),
          attributeMapping: ATTRIBUTE_MAPPING,
        }),
    );
  }

  /**
   * The client may write what the providers fill, or Cognito leaves it out. That is no way for a person to write it: no
   * client allows `aws.cognito.signin.user.admin`, without which nobody changes a profile (Cognito guide, "Scopes").
   */
  clientProps({ password_sign_in = false }: People): Partial<UserPoolClientOptions> {
    const providers = this.#providers.map(({ providerName }) => UserPoolClientIdentityProvider.custom(providerName));
    return {
      supportedIdentityProviders: [...providers, ...(password_sign_in ? [UserPoolClientIdentityProvider.COGNITO] : [])],
      writeAttributes: new ClientAttributes().withStandardAttributes({ email: true }).withCustomAttributes(GROUPS),
    };
  }

  /** A client that names a provider which is not there yet is refused. */
  precede(client: UserPoolClient): void {
    client.node.addDependency(...this.#providers);
  }
}

/** As CreateIdentityProvider wants them. The secret is resolved by CloudFormation and stands in no template. */
function detailsOf(provider: Provider): Record<string, string> {
  if (provider.type === 'saml') {
    return { MetadataURL: provider.metadata_url, IDPSignout: 'false', RequestSigningAlgorithm: 'rsa-sha256' };
  }
  return {
    oidc_issuer: provider.issuer,
    client_id: provider.client_id,
    client_secret: SecretValue.secretsManager(provider.client_secret_arn).unsafeUnwrap(),
    authorize_scopes: provider.scopes.join(' '),
    attributes_request_method: 'GET',
  };
}
