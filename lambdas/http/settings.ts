/** What a function knows before its first request, read once at start; whatever is missing is named. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUNDLE_FILES, type Settings, VARIABLES } from '../contract.ts';

export interface Identity {
  userPoolId: string;
  /** App client id to the caller's name in the configuration. */
  clients: ReadonlyMap<string, string>;
  keyBucket: string;
}

/**
 * The function's slice of the configuration, from the file beside its bundle.
 * @throws Error naming the file when it is not there or not JSON
 */
export function readSettings(directory: string): Settings {
  const file = join(directory, BUNDLE_FILES.settings);
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Settings;
  } catch (cause) {
    throw new Error(`${BUNDLE_FILES.settings} is missing from the bundle or is not JSON`, { cause });
  }
}

/**
 * Whom to believe, from the environment variables that the stack sets.
 * @throws Error naming the variable that is missing, empty or malformed
 */
export function readIdentity(variables: NodeJS.ProcessEnv): Identity {
  const clients = required(variables, VARIABLES.clients);
  let parsed: unknown;
  try {
    parsed = JSON.parse(clients);
  } catch {
    throw new Error(`${VARIABLES.clients} is not JSON`);
  }
  return {
    userPoolId: required(variables, VARIABLES.userPoolId),
    clients: new Map(Object.entries(parsed as Record<string, string>)),
    keyBucket: required(variables, VARIABLES.keyBucket),
  };
}

function required(variables: NodeJS.ProcessEnv, name: string): string {
  const value = variables[name];
  if (value === undefined || value === '') throw new Error(`the environment variable ${name} is not set`);
  return value;
}
