/**
 * What Mendix's buildpack (`buildpack/core/runtime.py`) takes from an environment file:
 *
 * 1. `MXRUNTIME_MicroflowConstants`, else the member `MicroflowConstants` of the JSON map `CUSTOM_RUNTIME_SETTINGS`. Either
 *    is written over the constants that the buildpack has computed, as a whole: what 2 and 3 set no longer counts, and
 *    what the map lacks is at its default.
 * 2. `MX_<Module>_<Constant>`; an empty one is a value.
 * 3. `CONSTANTS`, a JSON map in which null means "not set".
 *
 * Integers of 2 and 3 go through Python's `int()`.
 */
import type { Written } from '../value.ts';
import { CONSTANTS_SETTING, constantsOf } from './custom-settings.ts';
import { type EnvironmentValue, readEnvironmentLines } from './environment-lines.ts';
import { jsonObject, jsonPlace } from './json-map.ts';
import {
  type NotRead,
  type Overrides,
  type Place,
  perhapsSet,
  type Rank,
  type SettingsPlace,
  setElsewhere,
} from './overrides.ts';
import { throughPython } from './python-numbers.ts';
import { memberAt } from './tree.ts';
import { isConstantVariable } from './variable.ts';

const SETTINGS = 'CUSTOM_RUNTIME_SETTINGS';
const SETTING_VARIABLE = `MXRUNTIME_${CONSTANTS_SETTING}`;
const MAP = 'CONSTANTS';

const NOT_UTF8 = 'It is set to bytes that are not UTF-8.';

/** @throws UnusableContentError `invalid-line`, `invalid-json`, `unexpected-content` */
export function parseEnvironmentFile(bytes: Uint8Array): Overrides {
  // Not strict: a comment in Latin-1 costs nothing. A value that is not UTF-8 is told by its replacement character.
  const { values, duplicates } = readEnvironmentLines(new TextDecoder().decode(bytes), setsConstants);
  const notes = [...duplicates].filter(setsConstants).map((name) => `It sets ${name} more than once; the last counts.`);
  const whole = [
    placeOf(SETTING_VARIABLE, values, (text) => constantsOf({ kind: 'text', text }, SETTING_VARIABLE)),
    placeOf(SETTINGS, values, (text) => {
      const setting = memberAt(jsonObject(text, SETTINGS), [CONSTANTS_SETTING]);
      return setting === undefined ? null : constantsOf(setting, `${SETTINGS}.${CONSTANTS_SETTING}`);
    }),
  ].flat();
  const computed: Rank[] = [
    [{ kind: 'variables', variables: constantVariables(values), integers: 'int()' }],
    placeOf(MAP, values, (text) => jsonPlace(text, MAP, 'int()')),
  ];
  const [setting] = whole;
  if (setting?.kind === 'settings') {
    const note = `Its ${setting.via} replaces the variables MX_… and ${MAP} as a whole.`;
    return { ranks: [[setting]], notes: hasSettings(computed) ? [...notes, note] : notes };
  }
  return { ranks: [...whole.map((place) => [place]), ...computed], notes };
}

function setsConstants(name: string): boolean {
  return isConstantVariable(name) || [SETTINGS, SETTING_VARIABLE, MAP].includes(name);
}

/** The variable's content as a place; none when it is not set or holds no constants. */
function placeOf(
  name: string,
  values: ReadonlyMap<string, EnvironmentValue>,
  read: (text: string) => SettingsPlace | null,
): Place[] {
  const value = values.get(name);
  if (value === undefined) return [];
  if (value.kind !== 'text') return [{ kind: 'unread', via: name, note: noteOf(name, value) }];
  const place = read(value.text);
  return place === null ? [] : [{ ...place, settings: throughPython(place.settings) }];
}

function constantVariables(values: ReadonlyMap<string, EnvironmentValue>): Map<string, Written | NotRead> {
  const constants = [...values].filter(([name]) => isConstantVariable(name));
  return new Map(constants.map(([name, value]) => [name, writtenIn(name, value)]));
}

function writtenIn(name: string, value: EnvironmentValue): Written | NotRead {
  if (value.kind === 'host') return perhapsSet(noteOf(name, value));
  if (value.kind !== 'text') return setElsewhere(noteOf(name, value));
  return value.text.includes('\ufffd') ? setElsewhere(NOT_UTF8) : value;
}

function noteOf(name: string, value: EnvironmentValue): string {
  return value.kind === 'depends'
    ? `It depends on the variable ${value.on}, which the file does not set.`
    : `The file passes ${name} on from the host, whose variables are not read.`;
}

function hasSettings(ranks: readonly Rank[]): boolean {
  return ranks.flat().some((place) => place.kind !== 'variables' || place.variables.size > 0);
}
