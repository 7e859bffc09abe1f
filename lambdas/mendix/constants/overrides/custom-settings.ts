/**
 * Custom settings of the runtime that hold constants: the setting `MicroflowConstants` is a map, or a JSON text of one.
 * Both forms are in Mendix's documentation (Mendix on Kubernetes, `customConfiguration`).
 */
import { UnusableContentError } from '../../unusable-content.ts';
import { jsonObject } from './json-map.ts';
import type { SettingsPlace } from './overrides.ts';
import { isList, isMap, type Tree, writtenMembers } from './tree.ts';

/** The setting's name, in every place where settings of the runtime stand. */
export const CONSTANTS_SETTING = 'MicroflowConstants';

/**
 * The constants that the setting holds.
 *
 * @param via where in the source the setting stands
 * @throws UnusableContentError `invalid-json`, `unexpected-content`
 */
export function constantsOf(setting: Tree, via: string): SettingsPlace {
  const isText = !isMap(setting) && !isList(setting) && setting.kind === 'text';
  const constants = isText ? jsonObject(setting.text, via) : setting;
  if (!isMap(constants)) {
    throw new UnusableContentError('unexpected-content', `Its ${via} is no map of constants: correct it.`);
  }
  return { kind: 'settings', via, integers: 'plain', settings: writtenMembers(constants) };
}
