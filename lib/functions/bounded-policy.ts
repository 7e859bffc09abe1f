/**
 * IAM policies that stay within IAM's limits whatever the number of environments. CDK's own splitting makes
 * policies of 6,270 characters, which deploy nowhere.
 */
import { ManagedPolicy, PolicyDocument, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { ConfigError } from '../../config/config-error.ts';

/** Characters of a managed policy, white space not counted (IAM quotas). */
export const MANAGED_POLICY_LIMIT = 6144;
/** Managed policies of a role (IAM quotas). */
export const POLICIES_PER_ROLE = 10;
/** Room for `Version`, `Statement` and brackets. */
const FRAME = 64;

/** Managed policies that hold the statements together, each below the limit. Statements must hold no tokens. */
export function boundedPolicies(
  scope: Construct,
  id: string,
  description: string,
  statements: PolicyStatement[],
): ManagedPolicy[] {
  return packs(statements).map(
    (pack, index) =>
      new ManagedPolicy(scope, `${id}${index + 1}`, {
        description,
        // Merging would undo the packing.
        document: new PolicyDocument({ minimize: false, statements: pack }),
      }),
  );
}

/** Fills packs in order; a statement that is too big by itself is divided by its resources. */
export function packs(statements: PolicyStatement[]): PolicyStatement[][] {
  const room = MANAGED_POLICY_LIMIT - FRAME;
  const packed: PolicyStatement[][] = [];
  let free = 0;
  for (const statement of statements.flatMap((each) => divided(each, room))) {
    const size = sizeOf(statement);
    if (size > free) {
      packed.push([]);
      free = room;
    }
    packed.at(-1)?.push(statement);
    free -= size;
  }
  return packed;
}

function divided(statement: PolicyStatement, room: number): PolicyStatement[] {
  if (sizeOf(statement) <= room) return [statement];
  const half = Math.ceil(statement.resources.length / 2);
  if (half === statement.resources.length) {
    throw new ConfigError([
      `environments: a policy statement of ${sizeOf(statement)} characters cannot be divided; use fewer or shorter prefixes`,
    ]);
  }
  return [statement.resources.slice(0, half), statement.resources.slice(half)].flatMap((resources) =>
    divided(statement.copy({ resources }), room),
  );
}

/** With the comma that separates it from the next. */
function sizeOf(statement: PolicyStatement): number {
  return JSON.stringify(statement.toStatementJson()).length + 1;
}
