/**
 * Constants labelled by hand as secret or harmless. All values are made up. Two thirds of what was written before the
 * rules were made are for looking at while they are made; the held-out third is only measured.
 */
import type { Suspect } from '../../../../../lambdas/mendix/secrets/detector.ts';
import { COMMON_SECRETS } from './common-secrets.ts';
import { COMMON_SHAPES } from './common-shapes.ts';
import { SECRETS_BY_NAME } from './hard-names.ts';
import { SECRETS_BY_VALUE } from './hard-values.ts';
import { HELD_OUT_SECRETS } from './held-out-secrets.ts';
import { HELD_OUT_SHAPES } from './held-out-shapes.ts';
import { LATER_SECRETS } from './later-secrets.ts';
import { LATER_SHAPES } from './later-shapes.ts';
import type { Line } from './line.ts';
import { REAL_SHAPES } from './real-shapes.ts';
import { REPORTED_SECRETS, REPORTED_SHAPES } from './reported.ts';

export interface Labelled {
  suspect: Suspect;
  secret: boolean;
}

function labelled(lines: readonly Line[], secret: boolean): Labelled[] {
  return lines.map(([name, value, type = 'string']) => ({
    suspect: { name, type, texts: [value], stored: false },
    secret,
  }));
}

export const LABELLED: readonly Labelled[] = [
  ...labelled(
    [...COMMON_SECRETS, ...SECRETS_BY_NAME, ...SECRETS_BY_VALUE, ...REPORTED_SECRETS, ...LATER_SECRETS],
    true,
  ),
  ...labelled([...COMMON_SHAPES, ...REAL_SHAPES, ...REPORTED_SHAPES, ...LATER_SHAPES], false),
];

export const HELD_OUT: readonly Labelled[] = [...labelled(HELD_OUT_SECRETS, true), ...labelled(HELD_OUT_SHAPES, false)];
