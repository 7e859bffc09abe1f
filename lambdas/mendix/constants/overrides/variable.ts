/** Names of variables that set constants (Mendix's buildpack, `runtime.py`): the dot of the name becomes an underscore. */

const PREFIX = 'MX_';

/** Variables that begin like constants and are none: m2ee-tools sets it for the runtime's own process. */
const NOT_CONSTANTS: ReadonlySet<string> = new Set(['MX_INSTALL_PATH']);

/** Whether a variable may set a constant. */
export function isConstantVariable(variable: string): boolean {
  return variable.startsWith(PREFIX) && !NOT_CONSTANTS.has(variable);
}

/** `Sales.VatRate` is set by `MX_Sales_VatRate`. */
export function variableOf(name: string): string {
  return `${PREFIX}${name.replaceAll('.', '_')}`;
}

/** All names that a variable may set: `MX_A_B_C` may mean `A.B_C` and `A_B.C`. */
export function namesOf(variable: string): string[] {
  const rest = variable.slice(PREFIX.length);
  return [...rest.matchAll(/_/g)]
    .map(({ index }) => `${rest.slice(0, index)}.${rest.slice(index + 1)}`)
    .filter((name) => !name.startsWith('.') && !name.endsWith('.'));
}
