/** From a file, or from JSON that was read elsewhere, to a configuration that is whole and consistent. */
import { readFileSync } from 'node:fs';
import { ConfigError } from './config-error.ts';
import { contradictions } from './contradictions.ts';
import { faultsOf, wordsOf } from './faults.ts';
import { type Config, configSchema } from './schema.ts';

/**
 * A configuration with its defaults filled in.
 *
 * @param source what to call it in the error
 * @throws ConfigError naming each wrong field by its path, with what was expected. Contradictions between fields are
 *   looked for when each field is right by itself.
 */
export function parseConfig(json: unknown, source?: string): Config {
  const parsed = configSchema.safeParse(json, { error: wordsOf });
  if (!parsed.success) throw new ConfigError(faultsOf(parsed.error.issues), source);
  const faults = contradictions(parsed.data);
  if (faults.length > 0) throw new ConfigError(faults, source);
  return parsed.data;
}

/** The same from a file. @throws ConfigError when the file is missing, no JSON, or wrong */
export function readConfig(path: string): Config {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new ConfigError([cause instanceof Error ? cause.message : String(cause)], path);
  }
  return parseConfig(json, path);
}
