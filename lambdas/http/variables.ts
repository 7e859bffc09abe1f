/** What a function knows before its first request, read once at start; whatever is missing is named. */
import * as z from 'zod/mini';
import { VARIABLES } from '../contract.ts';
import { requiredVariable } from '../required-variable.ts';

/** The environment variables that the stack sets: whose tokens to believe, and where the keys are. */
export interface FunctionVariables {
  userPoolId: string;
  /** App client id to the caller's name in the configuration. */
  clients: ReadonlyMap<string, string>;
  keyBucket: string;
}

const clientNames = z.record(z.string(), z.string());

/** @throws Error that names the variable that is missing, empty or malformed */
export function readVariables(variables: NodeJS.ProcessEnv): FunctionVariables {
  return {
    userPoolId: requiredVariable(variables, VARIABLES.userPoolId),
    clients: new Map(Object.entries(clientsOf(requiredVariable(variables, VARIABLES.clients)))),
    keyBucket: requiredVariable(variables, VARIABLES.keyBucket),
  };
}

function clientsOf(text: string): Record<string, string> {
  try {
    return clientNames.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${VARIABLES.clients} is no JSON object of client ids and names`, { cause });
  }
}
