/**
 * Which of a constant's settings is configured. A place that is not read may hold any value, so what stands below it is
 * not claimed; what stands above it is known all the same.
 *
 * Worked example: `a.env` on top, then `b.yaml`, which cannot be read, then the model's default `d`.
 *
 * | constant | a.env | b.yaml | default | configured                  |
 * | -------- | ----- | ------ | ------- | --------------------------- |
 * | `M.One`  | `x`   | ?      | `d`     | `x`, overridden             |
 * | `M.Two`  |       | ?      | `d`     | not known, nor whether `d`  |
 */

import type { Setting, SettingRank } from './overrides/ordered-settings.ts';
import type { NotRead } from './overrides/overrides.ts';
import { type ConstantType, typed, type Written } from './value.ts';

export interface Decision {
  /** The setting that is configured; `null`: none, or not known which. */
  winner: Setting | null;
  /** False when the configured value is not known. */
  known: boolean;
  /** That some override sets it, `null` when that is not known. */
  overridden: boolean | null;
  /** Places of one rank set it differently. */
  conflict: boolean;
  /** Why it is not known, as a sentence. */
  note: string | null;
}

/** Whether a place sets a constant to something that stands elsewhere: a secret store, a host's variable. */
export function isNotRead(written: Written | NotRead): written is NotRead {
  return written.kind === 'not read';
}

/** @param ranks of one constant, first wins */
export function decide(ranks: readonly SettingRank[], type: ConstantType | null): Decision {
  const overridden = ranks.flat().some((setting) => setsSurely(setting)) || (ranks.length === 0 ? false : null);
  const [first] = ranks;
  if (first === undefined) return { winner: null, known: true, overridden, conflict: false, note: null };
  const unsure = first.find((setting) => !setsSurely(setting));
  if (unsure !== undefined) {
    return { winner: null, known: false, overridden, conflict: false, note: noteOf(unsure) };
  }
  const [setting, ...others] = first;
  if (setting === undefined || others.some((other) => !isEqual(setting, other, type))) {
    const places = first.map(({ via }) => via).join(' and in ');
    const note = `It is set in ${places} of one source; which of them wins is not documented.`;
    return { winner: null, known: false, overridden, conflict: true, note };
  }
  return { winner: setting, known: !isNotRead(setting.written), overridden, conflict: false, note: noteOf(setting) };
}

function setsSurely({ written }: Setting): boolean {
  return !isNotRead(written) || written.sets === 'surely';
}

/** Whoever wins, the value is the same. */
function isEqual(setting: Setting, other: Setting, type: ConstantType | null): boolean {
  if (isNotRead(setting.written) || isNotRead(other.written)) return false;
  return (
    typed(setting.written, type, setting.integers).canonical === typed(other.written, type, other.integers).canonical
  );
}

function noteOf({ written }: Setting): string | null {
  return isNotRead(written) ? written.note : null;
}
