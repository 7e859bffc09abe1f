/**
 * What is configured: the model's constants and what the environment sets, resolved as Mendix's tools do. Whether a
 * value is shown is not decided here.
 */
import type { Constants as Configured } from '../../settings.ts';
import { type SecretReason, secretReason } from '../secrets/detector.ts';
import type { DeclaredConstant, Model } from './model.ts';
import { type Given, OrderedSettings, type PlacedSetting } from './overrides/order.ts';
import type { Overrides } from './overrides/setting.ts';
import { type ConstantType, isEmpty, type Typed, typed, type Written } from './value.ts';

export type State = 'default' | 'overridden' | 'missing' | 'obsolete';

/** One place that gives a constant a value. */
export interface Candidate {
  /** The source's configured name. */
  source: string;
  /** Where in the source. */
  via: string;
  /** `null`: in a store that is not read. */
  typed: Typed | null;
  empty: boolean;
}

export interface Constant {
  /** `Module.Constant`; the variable's name where it may mean several and the model has none of them. */
  name: string;
  module: string | null;
  /** `null`: not declared, or of a type that is not known here. */
  type: ConstantType | null;
  description: string;
  state: State;
  /** In order of precedence; the model's default comes last. */
  candidates: readonly Candidate[];
  /** The candidate that is configured. */
  winner: Candidate | null;
  default_candidate: Candidate | null;
  note: string | null;
  secret: SecretReason | null;
  /** Other declared constants that the same variable sets. */
  shares_variable_with: readonly string[];
  /** A source sets it in a store and in clear, and which of the two wins is not documented. */
  precedence_unknown: boolean;
}

/**
 * @param model `null` when it is not known: then nothing is declared, and nothing obsolete
 * @param overrides first wins
 * @returns sorted by name, by UTF-16 code units
 */
export function resolveConstants(
  model: Given<Model> | null,
  overrides: readonly Given<Overrides>[],
  configured: Pick<Configured, 'secret' | 'not_secret'>,
): Constant[] {
  const declared = model?.content.constants ?? new Map<string, DeclaredConstant>();
  const set = new OrderedSettings(overrides, [...declared.keys()]);
  const names = new Set([...declared.keys(), ...set.names()]);
  return [...names]
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name): Constant => {
      const declaration = declared.get(name);
      const type = declaration?.type ?? null;
      const settings = set.of(name);
      const fromOverrides = settings.map(({ source, setting }) =>
        candidate(source, setting.via, setting.written, type),
      );
      const fromModel =
        model === null || declaration === undefined || declaration.default_value === null
          ? null
          : candidate(model.source, 'DefaultValue', declaration.default_value, type);
      const usable = fromModel?.empty === true && type !== null && type !== 'string' ? null : fromModel;
      const winner = fromOverrides[0] ?? usable;
      const conflict = precedenceUnknown(settings);
      return {
        name,
        module: name.includes('.') ? name.slice(0, name.indexOf('.')) : null,
        type,
        description: declaration?.description ?? '',
        state: stateOf(model !== null, declaration !== undefined, fromOverrides.length > 0, usable !== null),
        candidates: fromModel === null ? fromOverrides : [...fromOverrides, fromModel],
        winner,
        default_candidate: fromModel,
        note: noteOf(declaration, winner, fromModel, conflict),
        secret: secretReason({ name, type, ...evidence(settings, declaration) }, configured),
        shares_variable_with: set.sharing(name),
        precedence_unknown: conflict,
      };
    });
}

function stateOf(modelKnown: boolean, declared: boolean, overridden: boolean, hasDefault: boolean): State {
  if (modelKnown && !declared) return 'obsolete';
  if (overridden) return 'overridden';
  return hasDefault ? 'default' : 'missing';
}

function candidate(source: string, via: string, written: Written | null, type: ConstantType | null): Candidate {
  return {
    source,
    via,
    typed: written === null ? null : typed(written, type),
    empty: written !== null && isEmpty(written),
  };
}

function noteOf(
  declaration: DeclaredConstant | undefined,
  winner: Candidate | null,
  fromModel: Candidate | null,
  conflict: boolean,
): string | null {
  if (conflict) return 'It is set in a secret store and in clear; which of the two wins is not documented.';
  if (winner === null) return fromModel === null ? 'The model gives no default.' : (fromModel.typed?.note ?? null);
  if (declaration !== undefined && declaration.type === null) {
    return `The model declares the type ${declaration.declared_type}, which this API does not know.`;
  }
  return winner.typed?.note ?? null;
}

function precedenceUnknown(settings: readonly PlacedSetting[]): boolean {
  const [first] = settings;
  return (
    first?.setting.written === null &&
    settings.some(({ source, setting }) => source === first.source && setting.written !== null)
  );
}

/** What of a constant's values may give away that it is a secret. */
function evidence(settings: readonly PlacedSetting[], declaration: DeclaredConstant | undefined) {
  const written = settings.map(({ setting }) => setting.written);
  return {
    texts: [...written, declaration?.default_value ?? null].flatMap(textsOf),
    stored: written.includes(null),
  };
}

function textsOf(written: Written | null): string[] {
  return written?.kind === 'text' ? [written.text] : [];
}
