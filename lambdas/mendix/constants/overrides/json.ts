/** JSON maps `{"Module.Constant": value}`: a source of their own, and the variable CONSTANTS. Null means "not set". */
import { UnusableContentError, utf8 } from '../unusable.ts';
import type { Written } from '../value.ts';
import type { Overrides, Setting } from './setting.ts';
import { parseYaml, writtenAt } from './yaml.ts';

export function parseJsonMap(bytes: Uint8Array): Overrides {
  return { variables: new Map(), settings: jsonSettings(utf8(bytes), 'map') };
}

/**
 * @param via where in the source the map stands
 * @throws UnusableContentError `invalid-json`, `unexpected-content`, `duplicate-name`
 */
export function jsonSettings(content: string, via: string): Setting[] {
  return [...entries(content)]
    .filter(([, written]) => written.kind !== 'null')
    .map(([name, written]) => ({ name, via, written }));
}

/** JSON.parse says whether it is JSON; the YAML parser, JSON being YAML, keeps digits and sees names set twice. */
function entries(content: string): Map<string, Written> {
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('not an object');
  } catch (cause) {
    throw new UnusableContentError('invalid-json', 'It is not a JSON map of Module.Constant to value: correct it.', {
      cause,
    });
  }
  return writtenAt(parseYaml(Buffer.from(content))[0], []);
}
