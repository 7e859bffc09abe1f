/** What a person or `npm run smoke` needs to know after a deployment. No secret is among them. */
import { CfnOutput, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Config } from '../config/schema.ts';
import type { Api } from './api/http-api.ts';
import type { Identity } from './identity/user-pool.ts';

export interface OutputsProps {
  config: Config;
  /** Its address, where no domain is configured. */
  api: Api;
  /** Token endpoint, pool and clients. */
  identity: Identity;
}

/** Named outputs of the stack; `npm run deploy` writes them to `.deploy/<stage>.json`. */
export class Outputs extends Construct {
  constructor(scope: Construct, id: string, { config, api, identity }: OutputsProps) {
    super(scope, id);
    const { region } = Stack.of(this);
    // The ids of callers are no secrets, but each is of use to its caller only: one JSON text by the callers' names.
    const values = {
      ApiAddress: config.domain === 'off' ? api.api.apiEndpoint : `https://maas-api.${config.domain.dns_domain}`,
      TokenEndpoint: `https://${identity.domain.domainName}.auth.${region}.amazoncognito.com/oauth2/token`,
      UserPoolId: identity.userPool.userPoolId,
      ClientIds: Stack.of(this).toJsonString(
        Object.fromEntries([...identity.machines].map(([name, client]) => [name, client.userPoolClientId])),
      ),
      ...(identity.people && { PeopleClientId: identity.people.userPoolClientId }),
    };
    for (const [name, value] of Object.entries(values)) {
      // Tools look outputs up by these names.
      new CfnOutput(this, name, { value }).overrideLogicalId(name);
    }
  }
}
