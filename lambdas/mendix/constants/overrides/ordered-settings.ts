/** What all sources set, by constant and in order of precedence; and which constants a variable means. */
import type { IntegerRule, Written } from '../value.ts';
import type { NotRead, Overrides, Place, SettingsPlace, VariablesPlace } from './overrides.ts';
import { namesOf, variableOf } from './variable.ts';

/** What a source holds, under the source's configured name. */
export interface Given<Content> {
  source: string;
  content: Content;
}

/** One place of one source that sets a constant. */
export interface Setting {
  source: string;
  /** Where in the source. */
  via: string;
  written: Written | NotRead;
  integers: IntegerRule;
}

/** Settings of one constant whose order among each other is not known. */
export type SettingRank = readonly Setting[];

/** A place of one source with the settings that it has for each constant. */
interface Placed {
  settingOf(name: string): Setting | null;
}

/** All that the overrides set. */
export class OrderedSettings {
  readonly #ranks: readonly (readonly Placed[])[];
  readonly #names = new Set<string>();
  readonly #declaredByVariable = new Map<string, string[]>();

  /**
   * @param overrides first wins
   * @param declared the names that the model has
   */
  constructor(overrides: readonly Given<Overrides>[], declared: readonly string[]) {
    for (const name of declared) {
      const variable = variableOf(name);
      this.#declaredByVariable.set(variable, [...(this.#declaredByVariable.get(variable) ?? []), name]);
    }
    this.#ranks = overrides.flatMap(({ source, content }) =>
      content.ranks.map((rank) => rank.map((place) => this.#placed(source, place))),
    );
  }

  /** Every name that a place sets. What an unread place sets is not among them. */
  names(): Iterable<string> {
    return this.#names;
  }

  /** The ranks that set the constant, or may; the first one wins. */
  of(name: string): SettingRank[] {
    return this.#ranks
      .map((rank) => rank.map((place) => place.settingOf(name)).filter((setting) => setting !== null))
      .filter((rank) => rank.length > 0);
  }

  /** Other declared names of the variable that sets this one. */
  sharing(name: string): string[] {
    const variable = variableOf(name);
    if (
      !this.of(name)
        .flat()
        .some(({ via }) => via === variable)
    )
      return [];
    return (this.#declaredByVariable.get(variable) ?? []).filter((other) => other !== name);
  }

  /** The settings of a place, by constant. An unread one may set each. */
  #placed(source: string, place: Place): Placed {
    if (place.kind === 'variables') return this.#variables(source, place);
    if (place.kind === 'settings') return this.#settings(source, place);
    const written: NotRead = { kind: 'not read', sets: 'perhaps', note: place.note, stored: false };
    return { settingOf: () => ({ source, via: place.via, written, integers: 'plain' }) };
  }

  /** A map has its constants by name. */
  #settings(source: string, { via, settings, integers }: SettingsPlace): Placed {
    for (const name of settings.keys()) this.#names.add(name);
    return {
      settingOf: (name) => {
        const written = settings.get(name);
        return written === undefined ? null : { source, via, written, integers };
      },
    };
  }

  /** A variable sets every constant that it may mean. */
  #variables(source: string, { variables, integers }: VariablesPlace): Placed {
    const byName = new Map<string, Setting>();
    for (const [variable, written] of variables) {
      for (const name of this.#meantBy(variable)) {
        this.#names.add(name);
        byName.set(name, { source, via: variable, written, integers });
      }
    }
    return { settingOf: (name) => byName.get(name) ?? null };
  }

  /** The buildpack looks for the variable of each declared name: every name that the model has gets the value. */
  #meantBy(variable: string): readonly string[] {
    const declared = this.#declaredByVariable.get(variable);
    if (declared !== undefined) return declared;
    const possible = namesOf(variable);
    return possible.length === 1 ? possible : [variable];
  }
}
