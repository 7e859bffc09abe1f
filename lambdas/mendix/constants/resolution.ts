/**
 * What is configured: the model's constants and what the environment sets, resolved as Mendix's tools do. Whether a
 * value is shown is not decided here.
 */
import { isExempt, isHarmlessDescription, type Secrecy, secretReason } from '../secrets/detector.ts';
import { maskEmbedded } from '../secrets/embedded.ts';
import type { Candidate, Constant, State } from './constant.ts';
import type { DeclaredConstant, Model } from './model.ts';
import { type Given, OrderedSettings, type Setting } from './overrides/ordered-settings.ts';
import type { NotRead, Overrides } from './overrides/overrides.ts';
import { type ConstantType, isEmpty, typed, type Written } from './value.ts';
import { type Decision, decide, isNotRead } from './winner.ts';

/** The model of an environment. `null`: none is configured; content `null`: it could not be read. */
export type GivenModel = Given<Model> | Given<null> | null;

/**
 * @param model without one nothing is declared; one that could not be read leaves open what is
 * @param overrides first wins
 * @returns sorted by name, by UTF-16 code units
 */
export function resolveConstants(
  model: GivenModel,
  overrides: readonly Given<Overrides>[],
  secrecy: Secrecy,
): Constant[] {
  const declared = model?.content?.constants ?? new Map<string, DeclaredConstant>();
  const settings = new OrderedSettings(overrides, [...declared.keys()]);
  const names = new Set([...declared.keys(), ...settings.names()]);
  const constants = [...names]
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name): Constant => {
      const declaration = declared.get(name) ?? null;
      const type = declaration?.type ?? null;
      const ranks = settings.of(name);
      const decision = decide(ranks, type);
      const all = ranks.flat().map((setting) => ({ setting, candidate: candidateOf(setting, type) }));
      const fromModel = model === null ? null : defaultOf(model.source, declaration);
      const usable = isUsable(fromModel, type) ? fromModel : null;
      const winner =
        all.find(({ setting }) => setting === decision.winner)?.candidate ?? (decision.known ? usable : null);
      return {
        name,
        module: name.includes('.') ? name.slice(0, name.indexOf('.')) : null,
        type,
        description: declaration === null ? '' : declaration.description,
        description_masked: !isHarmlessDescription(name, declaration?.description ?? '', secrecy),
        state: stateOf(model, declaration, decision, usable),
        candidates: [...all.map(({ candidate }) => candidate), ...(fromModel === null ? [] : [fromModel])],
        winner,
        value_known: decision.known,
        default_candidate: fromModel,
        note: decision.note ?? modelNote(model) ?? noteOf(declaration, winner, fromModel),
        secret: secretReason({ name, type, ...evidence(ranks.flat(), declaration) }, secrecy),
        shares_variable_with: settings.sharing(name),
        precedence_unknown: decision.conflict,
      };
    });
  return maskEmbedded(constants, ({ name }) => isExempt(name, secrecy));
}

/** `null` where it depends on something that is not read: a model that failed, or a place that perhaps sets it. */
function stateOf(
  model: GivenModel,
  declaration: DeclaredConstant | null,
  { overridden }: Decision,
  usable: Candidate | null,
): State | null {
  if (model?.content === null) return null;
  if (model !== null && declaration === null) return 'obsolete';
  if (overridden === null) return null;
  if (overridden) return 'overridden';
  return usable === null ? 'missing' : 'default';
}

/** What one place gives, in the constant's type. */
function candidateOf({ source, via, written, integers }: Setting, type: ConstantType | null): Candidate {
  if (isNotRead(written)) return { source, via, typed: null, empty: false, note: written.note };
  const value = typed(written, type, integers);
  return { source, via, typed: value, empty: isEmpty(written), note: value.note };
}

/** What the model gives, `DefaultValue` in `metadata.json`; `null`: nothing. */
function defaultOf(source: string, declaration: DeclaredConstant | null): Candidate | null {
  if (declaration === null || declaration.default_value === null) return null;
  const value = typed(declaration.default_value, declaration.type);
  return { source, via: 'DefaultValue', typed: value, empty: isEmpty(declaration.default_value), note: value.note };
}

/** An empty text is a default for strings only: the runtime starts no app with an empty Integer. */
function isUsable(fromModel: Candidate | null, type: ConstantType | null): boolean {
  return fromModel !== null && !(fromModel.empty && type !== null && type !== 'string');
}

/** For each constant of an environment whose model could not be read. */
function modelNote(model: GivenModel): string | null {
  if (model === null || model.content !== null) return null;
  return `The source ${model.source} could not be read: whether it declares the constant, and how, is not known.`;
}

/** Why the value of a known constant is `null`, or what to know of its type. */
function noteOf(
  declaration: DeclaredConstant | null,
  winner: Candidate | null,
  fromModel: Candidate | null,
): string | null {
  if (winner === null) return fromModel === null ? 'The model gives no default.' : fromModel.note;
  if (declaration !== null && declaration.type === null) {
    return declaration.declared_type === null
      ? 'The model declares no type for it.'
      : `The model declares the type ${declaration.declared_type}, which this API does not know.`;
  }
  return winner.note;
}

/** What of a constant's values may give away that it is a secret. */
function evidence(settings: readonly Setting[], declaration: DeclaredConstant | null) {
  const written = settings.map((setting) => setting.written);
  return {
    texts: [...written, declaration?.default_value ?? null].flatMap(textsOf),
    stored: written.some((value) => isNotRead(value) && value.stored),
  };
}

/** Only texts can hold a secret that is told by its form. */
function textsOf(written: Written | NotRead | null): string[] {
  return written?.kind === 'text' ? [written.text] : [];
}
