/** What a function knows before its first request, read once at start; whatever is missing is named. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { BUNDLE_FILES, VARIABLES } from '../contract.ts';
import { requiredVariable } from '../required-variable.ts';
import { parseSettings, type Settings } from '../settings.ts';

/** The environment variables that the stack sets: whose tokens to believe, and where the keys are. */
export interface FunctionVariables {
  userPoolId: string;
  /** App client id to the caller's name in the configuration. */
  clients: ReadonlyMap<string, string>;
  keyBucket: string;
}

/**
 * The function's slice of the configuration, from the file beside its bundle.
 *
 * @throws Error that names the file when it is not there or not JSON, and the field that is malformed
 */
export function readSettings(directory: string): Settings {
  let text: string;
  try {
    text = readFileSync(join(directory, BUNDLE_FILES.settings), 'utf8');
  } catch (cause) {
    throw new Error(`${BUNDLE_FILES.settings} is missing from the bundle`, { cause });
  }
  return parseSettings(text);
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
