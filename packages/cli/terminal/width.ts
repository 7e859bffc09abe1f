/** Columns that a text takes in a terminal. */
import { eastAsianWidth } from 'get-east-asian-width';

/** What most tables consist of, and what needs no look at Unicode's tables. */
const ASCII = /^[\x20-\x7e]*$/;
/** Shown as a picture, which is two columns wide: by itself, or because the variation selector 16 says so. */
const EMOJI = /\p{Emoji_Presentation}|\ufe0f/u;

/** Made when a text needs it: it takes 7 ms, which every start would pay. */
let segmenter: Intl.Segmenter | undefined;

/** The characters as a person sees them: `é` and a family of emoji are one each. */
export function characters(text: string): string[] {
  segmenter ??= new Intl.Segmenter();
  return [...segmenter.segment(text)].map(({ segment }) => segment);
}

/** A character's first code point decides (UAX #11); what is combined with it takes no room: `日本é` has 5. */
export function textWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  return characters(text).reduce(
    (sum, one) => sum + (EMOJI.test(one) ? 2 : eastAsianWidth(one.codePointAt(0) ?? 0)),
    0,
  );
}
