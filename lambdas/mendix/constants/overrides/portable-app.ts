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
import { utf8, wellFormed } from '../../utf8.ts';
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
 * At most five ranks, however long the file: what surely sets a constant hides what stands before it, and below the first
 * place that may set anything a second one changes nothing.
 *
 * `A=1, A=2, B=1, A=${?X}` gives the maps `{A?, B}` and `{A=2}`.
 *
 * @param places last of the file first
 */
function ranksOf(places: readonly Place[]): Rank[] {
  const open = places.findIndex(({ kind }) => kind === 'unread');
  const unread = places[open];
  if (unread === undefined) return mapsOf(places);
  return [...mapsOf(places.slice(0, open)), [unread], ...mapsOf(places.slice(open))];
}

function mapsOf(places: readonly Place[]): Rank[] {
  const perhaps = new Map<string, Written | NotRead>();
  const surely = new Map<string, Written | NotRead>();
  const first = new Map<string, Written | NotRead>();
  for (const [name, written] of places.flatMap((place) => (place.kind === 'settings' ? [...place.settings] : []))) {
    if (surely.has(name)) continue;
    if (written.kind === 'not read' && written.sets === 'perhaps') perhaps.set(name, perhaps.get(name) ?? written);
    else surely.set(name, written);
  }
  for (const [name, written] of [...perhaps, ...surely]) if (!first.has(name)) first.set(name, written);
  const second = new Map([...surely].filter(([name]) => perhaps.has(name)));
  return [first, second].filter(({ size }) => size > 0).map((settings) => [place(settings)]);
}

function placeOf(entry: HoconSetting): Place | null {
  const { path } = entry;
  const depth = CONSTANTS.findIndex((key, index) => path[index] !== key);
  const within = depth === -1;
  if (!within && depth < path.length) return null;
  if (entry.kind === 'include') return unread('include', 'A file that the configuration includes may set it.');
  if (entry.kind === 'object') return within ? constantObject(path.slice(CONSTANTS.length)) : null;
  if (within && path.length > CONSTANTS.length) return constant(path.slice(CONSTANTS.length), entry.value);
  // A whole section is set to something that is no object: only a substitution can bring constants.
  if (entry.value.kind === 'substitution') {
    return unread(path.join('.'), `It may be set by \${${entry.value.on}}, which is not read.`);
  }
  throw new UnusableContentError('unexpected-content', `Its ${path.join('.')} is no object: correct it.`);
}

function constant(keys: Path, value: HoconValue): Place {
  const [name = '', another] = keys;
  if (another !== undefined) {
    return name.includes('.') ? setting(name, { kind: 'structure' }) : setting(keys.join('.'), NOT_QUOTED);
  }
  return setting(name, value.kind === 'substitution' ? substituted(value) : value);
}

function constantObject(keys: Path): Place | null {
  const [name, another] = keys;
  return name === undefined || another !== undefined || !name.includes('.')
    ? null
    : setting(name, { kind: 'structure' });
}

const NOT_QUOTED = setElsewhere(
  'It is set by a name without quotes; what the runtime makes of that is not documented.',
);

function substituted({ optional, on }: HoconValue & { kind: 'substitution' }): NotRead {
  return optional
    ? perhapsSet(`The variable ${on} may set it; variables of the host are not read.`)
    : setElsewhere(`It depends on \${${on}}, which is not read.`);
}

function setting(name: string, written: Written | NotRead): Place {
  return place(new Map([[wellFormed(name), written]]));
}

function place(settings: ReadonlyMap<string, Written | NotRead>): Place {
  return { kind: 'settings', via: VIA, settings, integers: 'plain' };
}

function unread(via: string, note: string): Place {
  return { kind: 'unread', via, note };
}
