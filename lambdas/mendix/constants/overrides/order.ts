/** Overrides of all sources in order of precedence, and which constants a variable means. */
import { text } from '../value.ts';
import { namesOf, type Overrides, type Setting, variableOf } from './setting.ts';

export interface Given<Content> {
  /** The source's configured name. */
  source: string;
  content: Content;
}

export interface PlacedSetting {
  source: string;
  setting: Setting;
}

/** All that the overrides set, by constant and in order of precedence. */
export class OrderedSettings {
  readonly #byName = new Map<string, PlacedSetting[]>();
  readonly #byVariable = new Map<string, string[]>();

  constructor(overrides: readonly Given<Overrides>[], declared: readonly string[]) {
    for (const name of declared) {
      const variable = variableOf(name);
      this.#byVariable.set(variable, [...(this.#byVariable.get(variable) ?? []), name]);
    }
    for (const { source, content } of overrides) {
      for (const each of content.variables.values()) {
        for (const name of this.#meantBy(each.variable)) {
          this.#add(source, { name, via: each.variable, written: text(each.text) });
        }
      }
      for (const setting of content.settings) this.#add(source, setting);
    }
  }

  names(): Iterable<string> {
    return this.#byName.keys();
  }

  of(name: string): readonly PlacedSetting[] {
    return this.#byName.get(name) ?? [];
  }

  /** Other declared names of the variable that sets this one. */
  sharing(name: string): string[] {
    const variable = variableOf(name);
    if (!this.of(name).some(({ setting }) => setting.via === variable)) return [];
    return (this.#byVariable.get(variable) ?? []).filter((other) => other !== name);
  }

  /** The buildpack looks for the variable of each declared name: every name that the model has gets the value. */
  #meantBy(variable: string): readonly string[] {
    const declared = this.#byVariable.get(variable);
    if (declared !== undefined) return declared;
    const possible = namesOf(variable);
    return possible.length === 1 ? possible : [variable];
  }

  #add(source: string, setting: Setting): void {
    const placed = this.#byName.get(setting.name);
    if (placed === undefined) this.#byName.set(setting.name, [{ source, setting }]);
    else placed.push({ source, setting });
  }
}
