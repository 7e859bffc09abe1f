/** How IAM policies write patterns, variables and lists. */

const wildcards = new Map<string, RegExp>();

/** A policy pattern without variables as a regular expression: `*` is any run of characters, `?` any one. */
export function wildcard(pattern: string): RegExp {
  const known = wildcards.get(pattern);
  if (known !== undefined) return known;
  const source = pattern
    .replace(/[.+^$()|[\]{}\\/]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^${source}$`, 'su');
  wildcards.set(pattern, expression);
  return expression;
}

/** `${aws:PrincipalTag/tenant}`: a condition key of one value. */
const VARIABLE = /\$\{([a-z0-9-]+:[\w./:-]+)\}/gi;

/**
 * A pattern or a condition's value with its variables replaced by what the request has for them.
 * Source: IAM user guide, "IAM policy elements: Variables and tags".
 *
 * @param values by the key in lower case
 * @returns `null` where the request has no single value for one of them: nothing equals it then. So it is too where
 *   the value has a wildcard of its own, which would have to be taken as it stands
 * @throws Error for a form of variable that is not known here (`${aws:username, 'default'}`)
 */
export function resolveVariables(text: string, values: ReadonlyMap<string, readonly string[]>): string | null {
  checkVariables(text);
  let isWhole = true;
  const resolved = text.replace(VARIABLE, (_, key: string) => {
    const [value, ...others] = values.get(key.toLowerCase()) ?? [];
    if (value === undefined || others.length > 0 || /[*?]/.test(value)) isWhole = false;
    return value ?? '';
  });
  return isWhole ? resolved : null;
}

/** @throws Error for a form of variable that is not known here: taken as text, it would let a Deny miss */
export function checkVariables(text: string): void {
  if (text.replace(VARIABLE, '').includes('$' + '{')) {
    throw new Error(`the policy check does not know this form of policy variables: ${text}`);
  }
}

/** Policies write one value without its list. */
export function listed<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [value as T];
}
