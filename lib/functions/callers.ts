/** What the functions of a stage ask of the rest of the stack, read off their routes and needs: ways out, tenants' roles, keys. */
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { Config } from '../../config/schema.ts';
import type { Need } from '../../lambdas/contract.ts';
import type { Route } from '../../lambdas/route.ts';
import { asksAgents } from '../agents/function-statements.ts';
import type { EndpointsProps } from '../network/endpoints.ts';
import { readsTenants, type TenantReader } from '../permissions/tenant-statements.ts';
import type { Signers } from '../signing/key-pair-objects.ts';
import type { PublicKeys } from './public-keys.ts';
import type { Recorder } from './recorder.ts';
import type { RouteFunction } from './route-function.ts';

/** The functions that ask anything; `null` or empty where the configuration has none. */
export interface StageFunctions {
  routes: readonly { route: Route; function: RouteFunction }[];
  recorder: Recorder | null;
  publicKeys: PublicKeys | null;
  /** Of the private Airflow gateway. */
  gateway: readonly { name: string; needs: readonly Need[]; role: Role }[];
}

/** Whom the key bucket lets in: whoever verifies tokens or reads anything, but not what hands the public keys out. */
export function keyReaders({ routes, recorder, gateway }: StageFunctions): EndpointsProps['callers'] {
  return [
    ...routes.map(({ route, function: { role } }) => ({ ...route, role })),
    ...(recorder === null ? [] : [{ role: recorder.role, needs: recorder.needs }]),
    ...gateway.filter(({ needs }) => needs.length > 0),
  ];
}

/** Whom the ways out of the network let through. */
export function endpointCallers(functions: StageFunctions): EndpointsProps['callers'] {
  const { publicKeys } = functions;
  return [...keyReaders(functions), ...(publicKeys === null ? [] : [{ role: publicKeys.role, needs: [] }])];
}

/** Who assumes the roles of tenants. */
export function tenantReaders({ routes, recorder, gateway }: StageFunctions, config: Config): TenantReader[] {
  return [
    ...routes.map(({ route, function: { role } }) => ({ ...route, roleArn: role.roleArn })),
    ...(recorder === null ? [] : [{ name: 'recorder', needs: recorder.needs, roleArn: recorder.role.roleArn }]),
    ...gateway.map(({ name, needs, role }) => ({ name, needs, roleArn: role.roleArn })),
  ].filter((reader) => readsTenants(reader, config));
}

/** Who signs tokens for agents, and who signs answers. */
export function signersOf({ routes, recorder }: StageFunctions, config: Config): Signers {
  return {
    tokens: [
      ...routes.filter(({ route }) => asksAgents(route, config)).map(({ function: { role } }) => role),
      ...(recorder === null || config.agents === undefined ? [] : [recorder.role]),
    ],
    answers: routes.filter(({ route }) => route.scopes !== null).map(({ function: { role } }) => role),
  };
}
