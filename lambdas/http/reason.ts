/** The header `x-reason`: why somebody wants clear text. It goes into the audit line and nowhere else. */
import { InvalidParameterError } from '../request-errors.ts';

const MAX_LENGTH = 200;

/** @throws InvalidParameterError for more than 200 characters or control characters */
export function reasonOf(header: string | undefined): string | null {
  const reason = header?.trim() ?? '';
  if (reason === '') return null;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (reason.length > MAX_LENGTH || /[\u0000-\u001f\u007f]/.test(reason)) {
    throw new InvalidParameterError([
      { parameter: 'x-reason', message: `must be text of at most ${MAX_LENGTH} characters without control characters` },
    ]);
  }
  return reason;
}
