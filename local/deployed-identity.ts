/** The user pool of the synthesised stack: its app clients and groups. */
import { z } from 'zod';
import type { ResolvedResource } from './template.ts';

const Client = z.object({
  ClientName: z.string().optional(),
  GenerateSecret: z.boolean().default(false),
  AllowedOAuthFlows: z.array(z.enum(['client_credentials', 'code', 'implicit'])).default([]),
  AllowedOAuthScopes: z.array(z.string()).default([]),
  CallbackURLs: z.array(z.string()).default([]),
});
const Group = z.object({ GroupName: z.string() });

export interface PoolClient {
  id: string;
  /** As in the configuration. */
  name: string;
  hasSecret: boolean;
  flows: string[];
  scopes: string[];
  callbackUrls: string[];
}

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
  if (pool === undefined || others.length > 0) throw new Error('the local run expects one user pool in the template');
  return {
    id: reference(pool[0]),
    clients: ofType('UserPoolClient').map(([logicalId, { properties }]) => {
      const client = Client.parse(properties);
      return {
        id: reference(logicalId),
        name: client.ClientName ?? logicalId,
        hasSecret: client.GenerateSecret,
        flows: client.AllowedOAuthFlows,
        scopes: client.AllowedOAuthScopes,
        callbackUrls: client.CallbackURLs,
      };
    }),
    groups: ofType('UserPoolGroup').map(([, { properties }]) => Group.parse(properties).GroupName),
  };
}
