/**
 * Configuration of a Portable App Distribution (Mendix 11; Mendix docs, "Reference Guide for Portable App Distribution"):
 * `runtime.params.MicroflowConstants { "Module.Constant" = value }` in HOCON. Within a file the last setting wins.
 *
 * | written                        | means here                                                        |
 * | ------------------------------ | ----------------------------------------------------------------- |
 * | `"Sales.Vat" = 21`             | set                                                               |
 * | `"Sales.Vat" = ${?SALES_VAT}`  | perhaps set: variables of the host are not read                   |
 * | `include "other.conf"`         | may set any constant: other files are sources of their own, or not read |
 * | `Sales.Vat = 21`, no quotes    | two keys in HOCON; what the runtime makes of it is not documented |
 */
import { UnusableContentError } from '../../unusable-content.ts';
import { utf8 } from '../../utf8.ts';
import type { Written } from '../value.ts';
import { CONSTANTS_SETTING } from './custom-settings.ts';
import { type HoconSetting, type HoconValue, type Path, parseHocon } from './hocon.ts';
import { type NotRead, type Overrides, type Place, perhapsSet, type Rank, setElsewhere } from './overrides.ts';

const CONSTANTS: Path = ['runtime', 'params', CONSTANTS_SETTING];
const VIA = CONSTANTS.join('.');

/** @throws UnusableContentError `invalid-utf8`, `invalid-hocon`, `unexpected-content` */
export function parsePortableApp(bytes: Uint8Array): Overrides {
  const places = parseHocon(utf8(bytes))
    .map(placeOf)
    .filter((place) => place !== null)
    .reverse();
  const includes = places.some(({ kind }) => kind === 'unread');
  const note = 'It includes other files or values, which may set any constant and are not read.';
  return { ranks: ranksOf(places), notes: includes ? [note] : [] };
}

/**
 * Few ranks for many settings: the n-th setting of a constant stands in the n-th map, so `A=1, B=1, A=${?X}` is two maps
 * (A?, B and A) and not three.
 *
 * @param places last of the file first
 */
function ranksOf(places: readonly Place[]): Rank[] {
  const ranks: Rank[] = [];
  let maps: Map<string, Written | NotRead>[] = [];
  for (const place of places) {
    if (place.kind !== 'settings') {
      maps = [];
      ranks.push([place]);
      continue;
    }
    for (const [name, written] of place.settings) {
      // The members of one object.
      if (written.kind === 'structure' && maps.at(-1)?.get(name)?.kind === 'structure') continue;
      const free = maps.find((map) => !map.has(name));
      if (free === undefined) {
        const map = new Map([[name, written]]);
        maps.push(map);
        ranks.push([{ ...place, settings: map }]);
      } else free.set(name, written);
    }
  }
  return ranks;
}

function placeOf(setting: HoconSetting): Place | null {
  const { path } = setting;
  const depth = CONSTANTS.findIndex((key, index) => path[index] !== key);
  const within = depth === -1;
  if (!within && depth < path.length) return null;
  if (setting.kind === 'include') return unread('include', 'A file that the configuration includes may set it.');
  if (setting.kind === 'object') return within ? constantObject(path.slice(CONSTANTS.length)) : null;
  if (within && path.length > CONSTANTS.length) return constant(path.slice(CONSTANTS.length), setting.value);
  // A whole section is set to something that is no object: only a substitution can bring constants.
  if (setting.value.kind === 'substitution') {
    return unread(path.join('.'), `It may be set by \${${setting.value.on}}, which is not read.`);
  }
  throw new UnusableContentError('unexpected-content', `Its ${path.join('.')} is no object: correct it.`);
}

function constant(keys: Path, value: HoconValue): Place {
  const [name = '', another] = keys;
  if (another !== undefined) {
    return name.includes('.') ? settings(name, { kind: 'structure' }) : settings(keys.join('.'), NOT_QUOTED);
  }
  return settings(name, value.kind === 'substitution' ? substituted(value) : value);
}

function constantObject(keys: Path): Place | null {
  const [name, another] = keys;
  return name === undefined || another !== undefined || !name.includes('.')
    ? null
    : settings(name, { kind: 'structure' });
}

const NOT_QUOTED = setElsewhere(
  'It is set by a name without quotes; what the runtime makes of that is not documented.',
);

function substituted({ optional, on }: HoconValue & { kind: 'substitution' }): NotRead {
  return optional
    ? perhapsSet(`The variable ${on} may set it; variables of the host are not read.`)
    : setElsewhere(`It depends on \${${on}}, which is not read.`);
}

function settings(name: string, written: Written | NotRead): Place {
  return { kind: 'settings', via: VIA, settings: new Map([[name.toWellFormed(), written]]), integers: 'plain' };
}

function unread(via: string, note: string): Place {
  return { kind: 'unread', via, note };
}
