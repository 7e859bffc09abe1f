/**
 * IAM policies that stay within IAM's limits whatever the number of environments. CDK's own splitting makes
 * policies of 6,270 characters, which deploy nowhere.
 */
import { ManagedPolicy, PolicyDocument, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { ConfigError } from '../../config/config-error.ts';

/** Characters of a managed policy, white space not counted (IAM User Guide, "IAM and AWS STS quotas"). */
const MAX_POLICY_CHARACTERS = 6144;
/** Managed policies of a role (same page). */
export const MAX_POLICIES_PER_ROLE = 10;
/** Characters of `Version`, `Statement` and brackets. */
const FRAME = 64;

/**
 * Managed policies `<id>1`, `<id>2` … that hold the statements together, each below the limit.
 *
 * @param description of each policy
 * @param statements literals only: the length of a token is not known at synthesis
 * @throws ConfigError when one statement is too long and cannot be divided
 */
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

/**
 * Fills packs in order; a statement that is too big by itself is divided by its resources.
 *
 * With room for 6,080 characters, statements of 4,000, 3,000, 1,000 and 9,000 (60 resources) become the packs
 * [4000] [3000, 1000] [4500] [4500]: the last one is two statements of 30 resources.
 */
function packs(statements: PolicyStatement[]): PolicyStatement[][] {
  const room = MAX_POLICY_CHARACTERS - FRAME;
  const filled: PolicyStatement[][] = [];
  let free = 0;
  for (const statement of statements.flatMap((whole) => divided(whole, room))) {
    const size = sizeOf(statement);
    if (size > free) {
      filled.push([]);
      free = room;
    }
    filled.at(-1)?.push(statement);
    free -= size;
  }
  return filled;
}

/** The statement, or several that together say the same and fit. @throws ConfigError */
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

/** Characters, with the comma that separates it from the next. */
function sizeOf(statement: PolicyStatement): number {
  return JSON.stringify(statement.toStatementJson()).length + 1;
}
