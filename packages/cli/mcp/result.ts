/** An answer as the text of a result, small enough for a context. */
import type { Answer, Query } from '../api.ts';

/** Characters of a result: some 6,000 tokens. */
export const MAX_RESULT = 24_000;

/**
 * Asks, and asks for fewer rows while the answer is too long: half of them each time, so that its cursor fits what is
 * shown. An answer that is too long without rows is refused with what would make it shorter.
 *
 * @param ask one request
 * @throws RangeError; whatever `ask` throws
 */
export async function smallAnswer(query: Query, ask: (query: Query) => Promise<Answer>): Promise<string> {
  for (let asked = query; ; ) {
    const text = JSON.stringify(await ask(asked));
    if (text.length <= MAX_RESULT) return text;
    const limit = Number(asked['limit'] ?? 1);
    if (limit <= 1) {
      throw new RangeError(
        `the answer has ${text.length} characters, more than the ${MAX_RESULT} of a result: narrow it by a filter, ` +
          'by fewer fields or days, or by summary=true',
      );
    }
    asked = { ...asked, limit: Math.max(1, Math.floor(limit / 2)) };
  }
}
