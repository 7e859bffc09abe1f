/** The user pool of the synthesised stack: its app clients and groups. */
import { z } from 'zod';
import type { ResolvedResource } from './template.ts';

const Unit = z.enum(['seconds', 'minutes', 'hours', 'days']).default('hours');
const Client = z.object({
  GenerateSecret: z.boolean().default(false),
  AllowedOAuthFlows: z.array(z.enum(['client_credentials', 'code', 'implicit'])).default([]),
  AllowedOAuthScopes: z.array(z.string()).default([]),
  CallbackURLs: z.array(z.string()).default([]),
  LogoutURLs: z.array(z.string()).default([]),
  AccessTokenValidity: z.coerce.number().optional(),
  IdTokenValidity: z.coerce.number().optional(),
  TokenValidityUnits: z.object({ AccessToken: Unit, IdToken: Unit }).prefault({}),
});
const Group = z.object({ GroupName: z.string() });

/** An app client of the user pool: a machine has a secret and client credentials, people sign in with a code. */
export interface PoolClient {
  id: string;
  hasSecret: boolean;
  flows: string[];
  scopes: string[];
  callbackUrls: string[];
  logoutUrls: string[];
  accessTokenSeconds: number;
  idTokenSeconds: number;
}

/** The user pool, with its Region in its id: `eu-west-1_AbCdEfGhI`. */
export interface DeployedPool {
  id: string;
  clients: PoolClient[];
  groups: string[];
}

/** @throws Error when the template has not exactly one user pool */
export function deployedPool(
  resources: Record<string, ResolvedResource>,
  reference: (logicalId: string) => string,
): DeployedPool {
  const ofType = (type: string) =>
    Object.entries(resources).filter(([, resource]) => resource.type === `AWS::Cognito::${type}`);
  const [pool, ...others] = ofType('UserPool');
  if (pool === undefined || others.length > 0) throw new Error('local-aws expects one user pool in the template');
  return {
    id: reference(pool[0]),
    clients: ofType('UserPoolClient').map(([logicalId, { properties }]) => {
      const client = Client.parse(properties);
      return {
        id: reference(logicalId),
        hasSecret: client.GenerateSecret,
        flows: client.AllowedOAuthFlows,
        scopes: client.AllowedOAuthScopes,
        callbackUrls: client.CallbackURLs,
        logoutUrls: client.LogoutURLs,
        accessTokenSeconds: seconds(client.AccessTokenValidity, client.TokenValidityUnits.AccessToken),
        idTokenSeconds: seconds(client.IdTokenValidity, client.TokenValidityUnits.IdToken),
      };
    }),
    groups: ofType('UserPoolGroup').map(([, { properties }]) => Group.parse(properties).GroupName),
  };
}

/** Cognito's tokens live for an hour where the client says nothing. */
function seconds(validity = 1, unit: z.infer<typeof Unit> = 'hours'): number {
  return validity * { seconds: 1, minutes: 60, hours: 3600, days: 86_400 }[unit];
}
