/** What an environment sets, in the forms that operators use. Each form has its own file with its own rules. */
import type { OverrideSource } from '../../../environment-settings.ts';
import { UnusableContentError } from '../../unusable-content.ts';
import { parseEnvironmentFile } from './environment-file.ts';
import { parseJsonMap } from './json-map.ts';
import type { Overrides } from './overrides.ts';
import { parsePortableApp } from './portable-app.ts';

/** Of an overrides file: 100 constants have about 10 kB. */
export const MAX_OVERRIDES_BYTES = 1_000_000;

type Parse = (bytes: Uint8Array) => Overrides;

/** Those of YAML are loaded when the first of their files is asked for: a third of what this route's function would load. */
const PARSERS: Record<OverrideSource['format'], () => Parse | Promise<Parse>> = {
  m2ee_yaml: async () => (await import('./m2ee.ts')).parseM2eeYaml,
  environment_file: () => parseEnvironmentFile,
  mendix_app: async () => (await import('./mendix-app.ts')).parseMendixApp,
  json_map: () => parseJsonMap,
  portable_app: () => parsePortableApp,
};

/**
 * What reads a file of this format; to be asked for while the file is on its way.
 *
 * @returns a function that throws UnusableContentError `invalid-utf8`, `invalid-yaml`, `invalid-json`, `invalid-line`,
 *   `too-deep` …
 */
export async function overridesParser(format: OverrideSource['format']): Promise<Parse> {
  const parse = await PARSERS[format]();
  return (bytes) => {
    if (bytes.length > MAX_OVERRIDES_BYTES) {
      throw new UnusableContentError('too-large', `It is larger than ${MAX_OVERRIDES_BYTES / 1_000_000} MB.`);
    }
    try {
      return parse(bytes);
    } catch (cause) {
      // Lists within lists without end: the parsers recurse.
      if (!(cause instanceof RangeError)) throw cause;
      throw new UnusableContentError('too-deep', 'It is nested without end: write the values out.', { cause });
    }
  };
}
