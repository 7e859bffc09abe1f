/** A constant as an answer shows it: masked unless it is no secret, or revealed. */
import type { Candidate, Constant } from '../../mendix/constants/constant.ts';
import type { AnswerOf } from '../../route.ts';
import type { Fingerprint } from './fingerprint.ts';
import type { route } from './route.ts';

type Body = AnswerOf<typeof route>;
export type Row = NonNullable<Body['constants']>[number];
export type Side = NonNullable<NonNullable<Body['differences']>[number]['here']>;

export interface View {
  fingerprint: Fingerprint;
  /** Secrets in clear. */
  reveal: boolean;
  /** With all candidates. */
  explain: boolean;
}

/**
 * A constant as a row of an answer. All that a verdict hides is `null` unless revealed: the value, the default, each
 * candidate, and a description that would tell. Whether it is empty, its state and its fingerprints are told of all.
 */
export function rowOf(constant: Constant, view: View): Row {
  const { winner, default_candidate } = constant;
  return {
    name: constant.name,
    module: constant.module,
    type: constant.type,
    description: constant.description_masked && !view.reveal ? null : constant.description,
    value: shown(constant, winner, view.reveal),
    default_value: shown(constant, default_candidate, view.reveal),
    value_known: constant.value_known,
    empty: emptyOf(constant),
    default_empty: default_candidate?.empty ?? null,
    state: constant.state,
    won_by: winner?.source ?? null,
    secret: constant.secret === 'unknown' ? null : constant.secret !== null,
    secret_reason: constant.secret,
    masked: isMasked(constant, view.reveal),
    fingerprint: view.fingerprint(winnerKnown(constant), constant),
    default_fingerprint: view.fingerprint(default_candidate, constant),
    note: constant.note,
    ...(view.explain ? { candidates: candidatesOf(constant, view) } : {}),
  };
}

/**
 * One side of a comparison, never revealed. `masked`: it is masked in one of the two, so in neither is it shown; its
 * fingerprint stays of the kind that it has in its own environment, or the two would tell that they are equal.
 */
export function sideOf(constant: Constant, masked: boolean, fingerprint: Fingerprint): Side {
  return {
    type: constant.type,
    state: constant.state,
    value: masked ? null : shown(constant, constant.winner, false),
    default_value: masked ? null : shown(constant, constant.default_candidate, false),
    value_known: constant.value_known,
    masked,
    fingerprint: fingerprint(winnerKnown(constant), constant),
    default_fingerprint: fingerprint(constant.default_candidate, constant),
  };
}

/** `null`: not known. A constant without any value is empty. */
export function emptyOf(constant: Constant): boolean | null {
  if (!constant.value_known) return null;
  return constant.winner === null || constant.winner.empty;
}

/** The configured value, or else `null`. */
export function winnerKnown(constant: Constant): Candidate | null {
  return constant.value_known ? constant.winner : null;
}

function isMasked(constant: Constant, reveal: boolean): boolean {
  return constant.secret !== null && !reveal;
}

function shown(constant: Constant, candidate: Candidate | null, reveal: boolean): Row['value'] {
  return isMasked(constant, reveal) ? null : (candidate?.typed?.value ?? null);
}

function candidatesOf(constant: Constant, view: View): NonNullable<Row['candidates']> {
  return constant.candidates.map((candidate) => ({
    source: candidate.source,
    via: candidate.via,
    value: shown(constant, candidate, view.reveal),
    value_known: candidate.typed !== null,
    fingerprint: view.fingerprint(candidate, constant),
    won: candidate === constant.winner,
    note: candidate.note,
  }));
}
