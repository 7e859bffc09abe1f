/** What is wrong with a configuration, for tests that make it wrong. */
import { ConfigError } from '../../config/config-error.ts';
import { parseConfig } from '../../config/read.ts';
import type { ConfigInput } from '../../config/schema.ts';
import { configFile } from '../lib/template.ts';

/** The faults of a worked example after a change. */
export function faults(
  change: (config: ConfigInput & Record<string, never>) => void,
  name: 'example' | 'example-new' = 'example',
) {
  const config = configFile(name);
  change(config as ConfigInput & Record<string, never>);
  try {
    parseConfig(config);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}
