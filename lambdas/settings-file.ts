/** The settings as a function finds them: in the file beside its bundle. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUNDLE_FILES } from './contract.ts';
import { parseSettings, type Settings } from './settings.ts';

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
