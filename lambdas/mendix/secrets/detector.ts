/**
 * Whether a constant is masked: by configuration, by name, by value, and, strictly, whatever is not known to be
 * harmless. Rather a harmless constant masked than a secret shown; the rules, their order and how they were measured:
 * docs/decisions/masking.md.
 */

import type { Constants } from '../../environment-settings.ts';
import { matchesPattern } from '../../pattern.ts';
import type { ConstantType } from '../constants/value.ts';
import { isCredentialForm } from './credential/forms.ts';
import { holdsLabelledCredential } from './credential/labelled.ts';
import { isRandomToken } from './credential/random.ts';
import { isHarmless } from './harmless/gate.ts';
import { readName } from './name/name.ts';

/** Why a constant is masked. `unknown`: nothing says that it is a secret, and nothing that it is harmless. */
export type SecretReason = 'configuration' | 'name' | 'value' | 'secret-store' | 'unknown';

export type Secrecy = Pick<Constants, 'secret' | 'not_secret' | 'secrecy'>;

export interface Suspect {
  /** With its module: `Mail.ApiKey`. */
  name: string;
  /** `null`: not declared, or of an unknown type. */
  type: ConstantType | null;
  /** Every text that the constant has anywhere: default and overrides, winning or not. */
  texts: readonly string[];
  /** Some source sets it from a secret store. */
  stored: boolean;
}

/**
 * Why a constant is masked; `null`: it is harmless. The first rule that applies decides. Depends on nothing that differs
 * between callers.
 */
export function secretReason(suspect: Suspect, secrecy: Secrecy): SecretReason | null {
  const { name, type, texts } = suspect;
  if (isListed(secrecy.secret, name)) return 'configuration';
  if (isListed(secrecy.not_secret, name)) return null;
  if (suspect.stored) return 'secret-store';
  if (type === 'boolean' || type === 'date_time') return null;
  const reading = readName(name.slice(name.indexOf('.') + 1));
  if (type === 'integer' || type === 'decimal') return reading.kind === 'secret' && reading.numeric ? 'name' : null;
  if (reading.kind === 'secret') return 'name';
  if (texts.some(holdsCredential)) return 'value';
  const doubtful = texts.filter((text) => !isHarmless(text, reading));
  if (doubtful.length === 0) return null;
  // The excuse in the name holds only for values of its form.
  if (reading.kind === 'excused') return 'name';
  if (doubtful.some(isRandomToken)) return 'value';
  return secrecy.secrecy === 'strict' ? 'unknown' : null;
}

/**
 * Whether what a model says of a constant can be shown. It is prose: it may name secrets, and may not hold one.
 * @param description empty: the model says nothing
 */
export function isHarmlessDescription(name: string, description: string, secrecy: Secrecy): boolean {
  if (isExempt(name, secrecy)) return true;
  if (holdsCredential(description)) return false;
  if (secrecy.secrecy === 'strict') return isHarmless(description, PROSE);
  return !description.split(/[\s,;]+/).some((word) => !isHarmless(word, PROSE) && isRandomToken(word));
}

/** Whether the operator has listed a constant as no secret, and not as one as well. */
export function isExempt(name: string, { secret, not_secret }: Secrecy): boolean {
  return !isListed(secret, name) && isListed(not_secret, name);
}

const PROSE = { kind: 'plain', identifies: false } as const;

/** Whether a text is, or holds, a credential whatever it is called. */
function holdsCredential(text: string): boolean {
  return isCredentialForm(text) || holdsLabelledCredential(text);
}

/** `Mail.*` covers the module's constants; a name without `*` is that constant. */
function isListed(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => matchesPattern(pattern, name));
}
