/** A user pool as a template would have it: two machines, a public client for people, one group. */
import type { DeployedPool, PoolClient } from '@mrt/local-aws/cloudformation/deployed-identity.ts';

const client = (id: string, settings: Partial<PoolClient>): PoolClient => ({
  id,
  hasSecret: true,
  flows: ['client_credentials'],
  scopes: [],
  callbackUrls: [],
  logoutUrls: [],
  accessTokenSeconds: 3600,
  idTokenSeconds: 3600,
  ...settings,
});

export const POOL: DeployedPool = {
  id: 'eu-west-1_Sample001',
  clients: [
    client('machine', { scopes: ['mrt/users.read', 'mrt/table_size.read'] }),
    client('other-machine', { scopes: ['mrt/users.read'] }),
    client('people', {
      hasSecret: false,
      flows: ['code'],
      scopes: ['openid', 'mrt/users.read'],
      callbackUrls: ['http://localhost:8400/callback'],
      logoutUrls: ['http://localhost:8400/'],
      accessTokenSeconds: 900,
    }),
  ],
  groups: ['sales-operators'],
};

export const ISSUER = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Sample001';
