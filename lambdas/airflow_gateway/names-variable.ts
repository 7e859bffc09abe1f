/** Names that only the deployed stack knows, handed over in a variable as a JSON object of texts. */
import * as z from 'zod/mini';
import { requiredVariable } from '../required-variable.ts';

const names = z.record(z.string(), z.string());

/** @throws Error that names the variable which is missing, empty or no such object */
export function namesIn(variables: NodeJS.ProcessEnv, variable: string): ReadonlyMap<string, string> {
  const text = requiredVariable(variables, variable);
  try {
    return new Map(Object.entries(names.parse(JSON.parse(text))));
  } catch (cause) {
    throw new Error(`${variable} is no JSON object of names`, { cause });
  }
}
