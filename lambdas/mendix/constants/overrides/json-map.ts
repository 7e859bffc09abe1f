/** JSON maps `{"Module.Constant": value}`: a source of their own, and texts within other formats. */
import { UnusableContentError } from '../../unusable-content.ts';
import { utf8 } from '../../utf8.ts';
import type { IntegerRule } from '../value.ts';
import { parseJson } from './json-tree.ts';
import type { Overrides, SettingsPlace } from './overrides.ts';
import { isMap, type Tree, withoutNulls, writtenMembers } from './tree.ts';

/** A source in the format `json_map`, which is this API's own. A null means "not set". */
export function parseJsonMap(bytes: Uint8Array): Overrides {
  return { ranks: [[jsonPlace(utf8(bytes), 'map', 'plain')]], notes: [] };
}

/**
 * A JSON text of constants as a place. A null means "not set".
 *
 * @param via where in the source the text stands
 * @throws UnusableContentError `invalid-json`
 */
export function jsonPlace(content: string, via: string, integers: IntegerRule): SettingsPlace {
  return { kind: 'settings', via, integers, settings: withoutNulls(writtenMembers(jsonObject(content, via))) };
}

/** @throws UnusableContentError `invalid-json` when it is no JSON, or JSON of another kind */
export function jsonObject(content: string, via: string): ReadonlyMap<string, Tree> {
  let tree: Tree | null = null;
  let cause: unknown;
  try {
    tree = parseJson(content);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    cause = error;
  }
  if (tree !== null && isMap(tree)) return tree;
  const where = via === 'map' ? 'It' : `Its ${via}`;
  throw new UnusableContentError('invalid-json', `${where} is not a JSON map of name to value: correct it.`, { cause });
}
