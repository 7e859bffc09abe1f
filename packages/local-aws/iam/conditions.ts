/**
 * Condition blocks of IAM policies.
 * Source: IAM user guide, "Condition operators" and "Set operators for multivalued context keys".
 */
import { checkVariables, listed, resolveVariables, wildcard } from './pattern.ts';

/** Operator to context key to accepted values. */
export type ConditionBlock = Readonly<Record<string, Readonly<Record<string, ConditionValue>>>>;

type ConditionValue = string | boolean | number | readonly (string | boolean | number)[];

/** Condition keys of a request (`s3:prefix`, `aws:PrincipalArn` …); key names are compared without case. */
export type RequestContext = Readonly<Record<string, string | readonly string[]>>;

type Comparison = (actual: string, accepted: string) => boolean;

const equal: Comparison = (actual, accepted) => actual === accepted;
const sameFolded: Comparison = (actual, accepted) => actual.toLowerCase() === accepted.toLowerCase();
const like: Comparison = (actual, accepted) => wildcard(accepted).test(actual);

/** ArnEquals and ArnLike behave alike: each of the six parts of the ARN is matched by itself, `*` included. */
const arnLike: Comparison = (actual, accepted) => {
  const parts = arnParts(actual);
  return arnParts(accepted).every((pattern, index) => wildcard(pattern).test(parts[index] ?? ''));
};

function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/** A negated operator holds when no accepted value matches, and when the key is absent. */
const OPERATORS: Readonly<Record<string, { compare: Comparison; negated: boolean }>> = {
  StringEquals: { compare: equal, negated: false },
  StringNotEquals: { compare: equal, negated: true },
  StringEqualsIgnoreCase: { compare: sameFolded, negated: false },
  StringLike: { compare: like, negated: false },
  StringNotLike: { compare: like, negated: true },
  ArnEquals: { compare: arnLike, negated: false },
  ArnNotEquals: { compare: arnLike, negated: true },
  ArnLike: { compare: arnLike, negated: false },
  ArnNotLike: { compare: arnLike, negated: true },
  Bool: { compare: sameFolded, negated: false },
};

/**
 * Whether every condition of the block holds.
 *
 * @throws Error naming an operator that is not known here: an unread condition must not pass
 */
export function conditionsHold(block: ConditionBlock, context: RequestContext): boolean {
  const values = contextValues(context);
  return Object.entries(block).every(([operator, keys]) =>
    Object.entries(keys).every(([key, accepted]) => {
      // Nothing equals a variable without a value: it drops out, of a negated operator's list too.
      const resolved = listed(accepted).flatMap((value) => resolveVariables(String(value), values) ?? []);
      return holds(operator, values.get(key.toLowerCase()), resolved);
    }),
  );
}

/** The request's values by key, in lower case: keys are compared without case. */
export function contextValues(context: RequestContext): ReadonlyMap<string, readonly string[]> {
  return new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), listed(value)]));
}

/** @throws Error naming an operator or a form of variable that is not known here */
export function checkConditions(block: ConditionBlock): void {
  for (const [operator, keys] of Object.entries(block)) {
    if (operator !== 'Null') readOperator(operator);
    for (const accepted of Object.values(keys)) for (const value of listed(accepted)) checkVariables(String(value));
  }
}

function readOperator(operator: string) {
  const form = /^(?:(ForAnyValue|ForAllValues):)?(\w+?)(IfExists)?$/.exec(operator);
  const known = OPERATORS[form?.[2] ?? ''];
  if (form === null || known === undefined) throw new Error(`the policy check does not know the condition ${operator}`);
  return { ...known, set: form[1], ifExists: form[3] !== undefined };
}

function holds(operator: string, actual: readonly string[] | undefined, accepted: readonly string[]): boolean {
  if (operator === 'Null') return accepted.some((value) => (value === 'true') === (actual === undefined));
  const { compare, negated, set, ifExists } = readOperator(operator);
  if (actual === undefined) return set === 'ForAllValues' || (set === undefined && negated) || ifExists;
  const matches = (value: string) => accepted.some((pattern) => compare(value, pattern)) !== negated;
  // Without a set operator a key has one value; a negated operator must then hold for whatever is there.
  return set === 'ForAllValues' || (set === undefined && negated) ? actual.every(matches) : actual.some(matches);
}
