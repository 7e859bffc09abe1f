/** Masked texts that stand inside other texts: a password in another constant's sentence, address or description. */
import type { Typed } from '../constants/value.ts';
import type { SecretReason } from './detector.ts';
import { isHarmless } from './harmless/gate.ts';

/** Shorter texts stand in others by accident: `4711` in a telephone number. */
const MIN_LENGTH = 6;
/** In the description of the constant itself. */
const MIN_QUOTED = 4;

/** What is looked at of a constant. */
interface Texts {
  secret: SecretReason | null;
  description: string | null;
  description_masked: boolean;
  candidates: readonly { typed: Typed | null }[];
}

/**
 * Masks what holds a masked text of another constant, and descriptions that quote one.
 * @param constants of one environment, or of two that are compared
 * @param exempt constants that the operator has listed as no secret: they stay as they are
 * @returns the same constants, in their order
 */
export function maskEmbedded<Given extends Texts>(
  constants: readonly Given[],
  exempt: (constant: Given) => boolean = () => false,
): Given[] {
  const masked = new MaskedTexts(constants.filter(({ secret }) => secret !== null).flatMap(textsOf));
  return constants.map((constant) => {
    if (exempt(constant)) return constant;
    const texts = textsOf(constant);
    const isQuoted = constant.secret !== null && texts.some((text) => isQuotedIn(text, constant.description ?? ''));
    return {
      ...constant,
      secret: constant.secret ?? (texts.some((text) => masked.standIn(text)) ? 'value' : null),
      description_masked: constant.description_masked || isQuoted || masked.standIn(constant.description ?? ''),
    };
  });
}

/**
 * Searched for is what would not be shown by itself, and phrases. A masked text that is a word, a number or an address
 * (an operator may have listed a whole module as secret) is not: whoever sees it elsewhere does not learn that it is the
 * masked one, and masking all that holds it would say so.
 */
class MaskedTexts {
  /**
   * By their last MIN_LENGTH characters, which differ more than the first do (`https:`, `sk_live_`): so a text is walked
   * through once, whatever the number of secrets.
   */
  readonly #byEnding = new Map<string, string[]>();

  constructor(texts: readonly string[]) {
    for (const text of new Set(texts.map((each) => each.trim()))) {
      if (text.length < MIN_LENGTH || !isTelling(text)) continue;
      const ending = text.slice(-MIN_LENGTH);
      this.#byEnding.set(ending, [...(this.#byEnding.get(ending) ?? []), text]);
    }
  }

  /** Whether one of them stands in this text, or is it. */
  standIn(text: string): boolean {
    if (this.#byEnding.size === 0) return false;
    for (let end = MIN_LENGTH; end <= text.length; end += 1) {
      const sameEnding = this.#byEnding.get(text.slice(end - MIN_LENGTH, end));
      if (sameEnding?.some((masked) => text.endsWith(masked, end)) === true) return true;
    }
    return false;
  }
}

/** Whether a text says by itself that it is meant: no word, number or address, but a token or several words. */
function isTelling(text: string): boolean {
  return /\s/.test(text) || !isHarmless(text, { kind: 'plain', identifies: false });
}

/** Whether a description quotes a text of its own constant, whatever that text looks like. */
function isQuotedIn(text: string, description: string): boolean {
  return text.trim().length >= MIN_QUOTED && description.includes(text.trim());
}

function textsOf({ candidates }: Texts): string[] {
  return candidates.flatMap(({ typed }) => (typeof typed?.value === 'string' ? [typed.value] : []));
}
