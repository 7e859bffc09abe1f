/** What an environment sets, in the forms that operators use. Each form has its own file with its own rules. */
import type { OverrideSource } from '../../../settings.ts';
import { UnusableContentError } from '../../unusable-content.ts';
import { parseEnvironmentFile } from './environment-file.ts';
import { parseJsonMap } from './json-map.ts';
import { parseM2eeYaml } from './m2ee.ts';
import { parseMendixApp } from './mendix-app.ts';
import type { Overrides } from './overrides.ts';
import { parsePortableApp } from './portable-app.ts';

/** Of an overrides file: 100 constants have about 10 kB. */
export const MAX_OVERRIDES_BYTES = 1_000_000;

const PARSERS: Record<OverrideSource['format'], (bytes: Uint8Array) => Overrides> = {
  m2ee_yaml: parseM2eeYaml,
  environment_file: parseEnvironmentFile,
  mendix_app: parseMendixApp,
  json_map: parseJsonMap,
  portable_app: parsePortableApp,
};

/** @throws UnusableContentError `invalid-utf8`, `invalid-yaml`, `invalid-json`, `invalid-line`, `too-deep` … */
export function parseOverrides(format: OverrideSource['format'], bytes: Uint8Array): Overrides {
  if (bytes.length > MAX_OVERRIDES_BYTES) {
    throw new UnusableContentError('too-large', `It is larger than ${MAX_OVERRIDES_BYTES / 1_000_000} MB.`);
  }
  try {
    return PARSERS[format](bytes);
  } catch (cause) {
    // Lists within lists without end: the parsers recurse.
    if (!(cause instanceof RangeError)) throw cause;
    throw new UnusableContentError('too-deep', 'It is nested without end: write the values out.', { cause });
  }
}
