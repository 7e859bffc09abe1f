/**
 * Who may come in: people and machine clients of one Cognito user pool, with the scopes of the API. A token's scopes are
 * half of a right; the other half is the caller's entry in the configuration, which the functions apply.
 */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AccountRecovery,
  CfnManagedLoginBranding,
  CfnUserPoolGroup,
  FeaturePlan,
  ManagedLoginVersion,
  Mfa,
  OAuthScope,
  ResourceServerScope,
  StandardThreatProtectionMode,
  UserPool,
  UserPoolClient,
  UserPoolClientIdentityProvider,
  type UserPoolClientProps,
  type UserPoolDomain,
  UserPoolResourceServer,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { consoleOrigins } from '../../config/console-origins.ts';
import type { Config } from '../../config/schema.ts';
import { RESOURCE_SERVER, SCOPES, type Scope } from '../../lambdas/contract.ts';
import { stableId } from '../stable-id.ts';
import { scopesOf } from '../stage-routes.ts';
import { CompanyProviders, poolProps } from './company-providers.ts';
import { sendBySes } from './mail.ts';

/** Cognito has threat protection on its Plus plan only (Cognito guide, "User pool feature plans"). */
const THREAT_PROTECTION = {
  enforced: { plan: FeaturePlan.PLUS, mode: StandardThreatProtectionMode.FULL_FUNCTION },
  audit: { plan: FeaturePlan.PLUS, mode: StandardThreatProtectionMode.AUDIT_ONLY },
  off: { plan: FeaturePlan.ESSENTIALS, mode: undefined },
};

/** User pool, its domain, the resource server with the scopes, a client for each machine caller, one for people. */
export class Identity extends Construct {
  readonly userPool: UserPool;
  /** Of the token endpoint and of the sign-in pages. */
  readonly domain: UserPoolDomain;
  /** Machine clients by the caller's name in the configuration. */
  readonly machines: ReadonlyMap<string, UserPoolClient>;
  /** The public client of people; `null` when people are off. */
  readonly people: UserPoolClient | null;
  /** How people come in by their company; `null` without providers. */
  readonly providers: CompanyProviders | null;
  readonly #scopes: ReadonlyMap<Scope, OAuthScope>;
  /** Where the sign-in of the console comes back to; empty without one. */
  readonly #consoleAddresses: readonly string[];

  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    this.#consoleAddresses = consoleOrigins(config).map((origin) => `${origin}/`);
    this.userPool = this.#pool(config);
    // The token endpoint of the client-credentials grant is on a domain, so there is one even without people.
    this.domain = this.userPool.addDomain('Domain', {
      cognitoDomain: { domainPrefix: config.identity.domain_prefix ?? `mrt-${config.stage}-${config.account}` },
      managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
    this.#scopes = resourceServerScopes(this, this.userPool, scopesOf(config));
    this.machines = new Map(
      Object.entries(config.callers.clients).map(([name, caller]) => [name, this.#machine(name, caller.scopes)]),
    );
    this.providers = CompanyProviders.of(this, this.userPool, config);
    this.people = config.people === 'off' ? null : this.#publicClient(config.people, config.callers.groups);
    // A person's token names its groups; what they may do is in the configuration.
    for (const name of Object.keys(config.callers.groups)) {
      new CfnUserPoolGroup(this, `Group-${name}`, { userPoolId: this.userPool.userPoolId, groupName: name });
    }
  }

  /** Everybody whose tokens the API takes. */
  clients(): UserPoolClient[] {
    return [...this.machines.values(), ...(this.people ? [this.people] : [])];
  }

  /** People are made by an administrator, sign in by e-mail with a second factor, and outlive the stack. */
  #pool(config: Config): UserPool {
    const { plan, mode } = THREAT_PROTECTION[config.identity.threat_protection];
    const pool = new UserPool(this, 'UserPool', {
      signInAliases: { email: true },
      selfSignUpEnabled: false,
      autoVerify: { email: true },
      passwordPolicy: {
        minLength: 14,
        requireDigits: true,
        requireLowercase: true,
        requireUppercase: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      // By an authenticator app: text messages can be diverted, and cost.
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      featurePlan: plan,
      ...(mode && { standardThreatProtectionMode: mode }),
      ...poolProps(config),
      // Its clients' secrets and its people exist nowhere else.
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    sendBySes(pool, config);
    stableId(pool, 'UserPool');
    return pool;
  }

  /** @param name of the caller in the configuration; its hyphens are not in the logical id */
  #machine(name: string, scopes: readonly Scope[]): UserPoolClient {
    return this.#client(`Client-${name}`, `Client${name.replaceAll('-', '')}`, {
      generateSecret: true,
      oAuth: { flows: { clientCredentials: true }, scopes: this.#oauth(scopes) },
      // Cognito charges for each token of a machine client; an hour is its default.
      accessTokenValidity: Duration.hours(1),
    });
  }

  /**
   * People ask for scopes themselves, so their groups' entries decide; the client allows what any group has. A public
   * client has no secret, so the console must bind the authorization code by PKCE (RFC 7636).
   */
  #publicClient(people: Exclude<Config['people'], 'off'>, groups: Config['callers']['groups']): UserPoolClient {
    const scopes = [...new Set(Object.values(groups).flatMap((group) => group.scopes))];
    const client = this.#client('People', 'PeopleClient', {
      generateSecret: false,
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, ...this.#oauth(scopes)],
        callbackUrls: [...people.callback_urls, ...this.#consoleAddresses],
        logoutUrls: [...people.logout_urls, ...this.#consoleAddresses],
      },
      ...this.providers?.clientProps(people),
      // Nothing calls an access token back, so it is short; the sign-in itself lasts a working day.
      accessTokenValidity: Duration.minutes(15),
      idTokenValidity: Duration.minutes(15),
      refreshTokenValidity: Duration.hours(12),
    });
    this.providers?.precede(client);
    // The newer sign-in pages show nothing without a branding (Cognito guide, "Branding and customization").
    new CfnManagedLoginBranding(this, 'Branding', {
      userPoolId: this.userPool.userPoolId,
      clientId: client.userPoolClientId,
      useCognitoProvidedValues: true,
    });
    return client;
  }

  /**
   * What all clients have in common.
   *
   * @param logicalId never to change: a new id would be a new client with a new secret
   */
  #client(id: string, logicalId: string, props: Omit<UserPoolClientProps, 'userPool'>): UserPoolClient {
    const client = new UserPoolClient(this, id, {
      userPool: this.userPool,
      supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
      ...props,
      // None but refreshing: the token endpoint and managed login are the only ways in.
      authFlows: { userSrp: false },
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
    });
    // A caller that leaves the configuration must lose its way in.
    client.applyRemovalPolicy(RemovalPolicy.DESTROY);
    stableId(client, logicalId);
    return client;
  }

  /** Scopes as clients name them. */
  #oauth(scopes: readonly Scope[]): OAuthScope[] {
    return scopes.flatMap((scope) => this.#scopes.get(scope) ?? []);
  }
}

/** The resource server's scopes. Its id in their names is a reference, so clients wait until they exist. */
function resourceServerScopes(
  scope: Construct,
  userPool: UserPool,
  scopes: readonly Scope[],
): ReadonlyMap<Scope, OAuthScope> {
  const declared = scopes.map(
    (name) =>
      [
        name,
        new ResourceServerScope({
          scopeName: name.slice(RESOURCE_SERVER.length + 1),
          scopeDescription: SCOPES[name],
        }),
      ] as const,
  );
  const server = new UserPoolResourceServer(scope, 'ResourceServer', {
    userPool,
    identifier: RESOURCE_SERVER,
    scopes: declared.map(([, resourceScope]) => resourceScope),
  });
  stableId(server, 'ResourceServer');
  return new Map(declared.map(([name, resourceScope]) => [name, OAuthScope.resourceServer(server, resourceScope)]));
}
