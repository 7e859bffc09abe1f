/**
 * Which constants are secrets: by configuration, by name, by value. Rather one harmless constant masked than one secret
 * shown; the rules and how they were measured: docs/decisions/masking.md.
 */

import { matchesPattern } from '../../pattern.ts';
import type { Constants } from '../../settings.ts';
import type { ConstantType } from '../constants/value.ts';
import { isSecretName } from './name.ts';
import { isSecretValue } from './value.ts';

export type SecretReason = 'configuration' | 'name' | 'value' | 'secret-store';

export interface Suspect {
  name: string;
  /** `null`: not declared, or of an unknown type. */
  type: ConstantType | null;
  /** Every text that the constant has anywhere: default and overrides, winning or not. */
  texts: readonly string[];
  /** Some source sets it from a secret store. */
  stored: boolean;
}

/**
 * Why a constant is a secret; `null`: it is not. `Mail.*` in the configuration covers the constants of that module.
 * Depends on nothing that differs between callers.
 */
export function secretReason(
  suspect: Suspect,
  configured: Pick<Constants, 'secret' | 'not_secret'>,
): SecretReason | null {
  if (configured.secret.some((pattern) => matchesPattern(pattern, suspect.name))) return 'configuration';
  if (configured.not_secret.some((pattern) => matchesPattern(pattern, suspect.name))) return null;
  if (suspect.stored) return 'secret-store';
  if (isSecretName(suspect.name, suspect.type)) return 'name';
  const mayHoldSecret = suspect.type === 'string' || suspect.type === null;
  return mayHoldSecret && suspect.texts.some(isSecretValue) ? 'value' : null;
}
