/**
 * An environment variable that the function cannot do without.
 *
 * @param variables `process.env`
 * @throws Error that names it; an empty one counts as missing
 */
export function requiredVariable(variables: NodeJS.ProcessEnv, name: string): string {
  const value = variables[name];
  if (!value) throw new Error(`the environment variable ${name} is not set`);
  return value;
}
