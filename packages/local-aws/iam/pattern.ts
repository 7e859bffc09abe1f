/** How IAM policies write patterns and lists. */

const wildcards = new Map<string, RegExp>();

/** A policy pattern as a regular expression: `*` is any run of characters, `?` any one. */
export function wildcard(pattern: string): RegExp {
  const known = wildcards.get(pattern);
  if (known !== undefined) return known;
  // Silently taking ${aws:…} as text would let a Deny miss.
  if (pattern.includes('$' + '{')) throw new Error(`the policy check does not know policy variables: ${pattern}`);
  const source = pattern
    .replace(/[.+^$()|[\]{}\\/]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^${source}$`, 'su');
  wildcards.set(pattern, expression);
  return expression;
}

/** Policies write one value without its list. */
export function listed<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [value as T];
}
