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
 * Fills packs one after the other to the brim: a statement that does not fit goes into this pack with as many of its
 * resources as do, and into the next ones with the rest.
 *
 * With room for 6,080 characters, a statement of 4,000 and one of 90 resources at 100 characters each become the packs
 * [4000, 19 resources], [59 resources] and [12 resources], where a statement without its resources has 110.
 *
 * @throws ConfigError
 */
function packs(statements: PolicyStatement[]): PolicyStatement[][] {
  const room = MAX_POLICY_CHARACTERS - FRAME;
  const filled: PolicyStatement[][] = [];
  let free = 0;
  for (const statement of statements) {
    let rest: string[] = statement.resources;
    while (rest.length > 0) {
      let fitting = fittingResources(statement, rest, free);
      if (fitting === 0) {
        filled.push([]);
        free = room;
        fitting = fittingResources(statement, rest, free);
        if (fitting === 0) throw tooLong(statement);
      }
      const part = statement.copy({ resources: rest.slice(0, fitting) });
      filled.at(-1)?.push(part);
      free -= sizeOf(part);
      rest = rest.slice(fitting);
    }
  }
  return filled;
}

/** How many of the resources, from the first on, the statement can have in so many characters. */
function fittingResources(statement: PolicyStatement, resources: string[], characters: number): number {
  // An empty text is as long as an empty list; in the list each resource has its quotes and a comma.
  let size = sizeOf(statement.copy({ resources: [''] }));
  let count = 0;
  for (const resource of resources) {
    size += JSON.stringify(resource).length + 1;
    if (size > characters) break;
    count += 1;
  }
  return count;
}

function tooLong(statement: PolicyStatement): ConfigError {
  return new ConfigError([
    `environments: a policy statement of ${sizeOf(statement)} characters cannot be divided; use fewer or shorter prefixes`,
  ]);
}

/** Characters, with the comma that separates it from the next. */
function sizeOf(statement: PolicyStatement): number {
  return JSON.stringify(statement.toStatementJson()).length + 1;
}
