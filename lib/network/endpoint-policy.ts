/** Policies of the VPC's endpoints: what they let through, for whom, in the room that AWS gives. */
import { Effect, PolicyDocument, PolicyStatement, StarPrincipal } from 'aws-cdk-lib/aws-iam';
import { ConfigError } from '../../config/config-error.ts';
import type { Config } from '../../config/schema.ts';
import type { Need } from '../../lambdas/contract.ts';
import { needStatements } from '../permissions/need-statements.ts';

/** Characters of an endpoint policy (Amazon VPC quotas, "VPC endpoints"). */
const MAX_POLICY_CHARACTERS = 20_480;
/** Characters left for tokens: the key bucket and the roles, whose names are known at deployment only. */
const TOKEN_ROOM = 3000;
/** Characters of `Principal` and the comma, which each statement gets in the endpoint's policy. */
const PRINCIPAL_ROOM = 20;

/**
 * Whoever else is in the VPC is refused, even where its own role would allow the call. Principals are `"*"` and no
 * `{ "AWS": … }`, which the policy of a gateway endpoint takes for the root user of an account (AWS PrivateLink guide,
 * "Endpoint policies for gateway endpoints").
 */
export function endpointPolicy(allowed: PolicyStatement[], roles: string[]): PolicyDocument {
  return new PolicyDocument({
    statements: [
      ...allowed.map((statement) => statement.copy({ principals: [new StarPrincipal()] })),
      new PolicyStatement({
        sid: 'OnlyTheFunctions',
        effect: Effect.DENY,
        principals: [new StarPrincipal()],
        actions: ['*'],
        resources: ['*'],
        conditions: { ArnNotEquals: { 'aws:PrincipalArn': roles } },
      }),
    ],
  });
}

/**
 * The S3 part of what the needs may do. Prefix conditions are left to the roles. Where so many objects are
 * configured that they pass the endpoint's limit, their names are left to the roles too: then `s3:GetObject` on
 * `shop-deployments/config/prod/m2ee.yaml` and 300 others becomes `s3:GetObject` on `shop-deployments/*`.
 *
 * @throws ConfigError when even the buckets' names do not fit
 */
export function objectStatements(needs: readonly Need[], config: Config): PolicyStatement[] {
  const s3 = needs
    .flatMap((need) => needStatements(need, config))
    .filter(({ actions }) => actions.every((action) => action.startsWith('s3:')))
    // What Athena does on a function's behalf comes from Athena's network.
    .filter(({ conditions }) => conditions?.['ForAnyValue:StringEquals'] === undefined);
  const exact = byResources(s3);
  if (fits(exact)) return exact;
  const buckets = [
    ...new Set(s3.flatMap(({ resources }) => resources.map((resource) => resource.replace(/\/.*$/, '')))),
  ];
  const whole = new PolicyStatement({
    actions: [...new Set(s3.flatMap(({ actions }) => actions))],
    resources: buckets.flatMap((bucket) => [bucket, `${bucket}/*`]),
  });
  if (fits([whole])) return [whole];
  throw new ConfigError([
    'environments: their buckets pass the size of an endpoint policy; divide them over two stages',
  ]);
}

/**
 * One statement for all actions on the same resources, which is the shortest way to say it: `GetObject on a/*`,
 * `GetObject on b/*`, `ListBucket on a` and `ListBucketVersions on a` are two statements then and not four.
 */
export function byResources(statements: PolicyStatement[]): PolicyStatement[] {
  const resourcesByAction = new Map<string, Set<string>>();
  for (const { actions, resources } of statements) {
    for (const action of actions) {
      const collected = resourcesByAction.get(action) ?? new Set();
      for (const resource of resources) collected.add(resource);
      resourcesByAction.set(action, collected);
    }
  }
  const actionsByResources = new Map<string, string[]>();
  for (const [action, resources] of resourcesByAction) {
    const same = JSON.stringify([...resources]);
    actionsByResources.set(same, [...(actionsByResources.get(same) ?? []), action]);
  }
  return [...actionsByResources].map(
    ([same, actions]) => new PolicyStatement({ actions, resources: JSON.parse(same) as string[] }),
  );
}

/** Whether the statements leave room for the tokens. */
function fits(statements: PolicyStatement[]): boolean {
  const characters = statements.map((statement) => JSON.stringify(statement.toStatementJson()).length + PRINCIPAL_ROOM);
  return characters.reduce((sum, length) => sum + length, 0) <= MAX_POLICY_CHARACTERS - TOKEN_ROOM;
}
