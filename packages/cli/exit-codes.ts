/** What a script may tell from how `mrt` ended. docs/cli.md has the table for people. */
import { ConnectionError, GatewayError, ProblemError, TokenError } from '@mrt/client';

/** Codes above 128 are a signal's number and 128, as a shell has it. */
export const EXIT = {
  good: 0,
  /** The answer is there, and it is not clean: differences, or findings with `--check`. */
  unclean: 1,
  /** A mistake on the command line, or a parameter that the API refuses. */
  usage: 2,
  /** No good token, or one that may not do this. */
  refused: 3,
  /** Nothing of this name is known to you. */
  unknown: 4,
  /** The API or something behind it failed, also after trying again. */
  failed: 5,
  /** No answer: name, network, TLS. */
  unreachable: 6,
  /** The answer is there, and something that belongs in it is missing. */
  incomplete: 7,
  /** The output could not be written. */
  output: 8,
  interrupted: 130,
  /** The reader of a pipe went away. */
  pipe: 141,
  terminated: 143,
} as const;

/** A mistake of whoever typed the command; the message says what would be right. */
export class UsageError extends Error {
  override name = 'UsageError' as const;
}

/** A profile or a sign-in that is missing, unsafe or used up; the message says what to do. */
export class ProfileError extends Error {
  override name = 'ProfileError' as const;
}

/** The token endpoint gave a person's sign-in no answer. */
export class UnreachableError extends Error {
  override name = 'UnreachableError' as const;
}

/** What was read cannot be written where it should go. */
export class OutputError extends Error {
  override name = 'OutputError' as const;
  readonly code: string | undefined;
  constructor(place: string, cause: unknown) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = code === 'ENOSPC' ? 'the disk is full' : message;
    super(`${place} cannot be written: ${reason}`, { cause });
    this.code = code;
  }
}

/** The code for an error. What is none of ours is a fault of `mrt` itself: 5, and never a code that means something. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof ProfileError || error instanceof TokenError) return EXIT.refused;
  if (error instanceof OutputError) return error.code === 'EPIPE' ? EXIT.pipe : EXIT.output;
  if (error instanceof ConnectionError || error instanceof UnreachableError) return EXIT.unreachable;
  if (error instanceof ProblemError || error instanceof GatewayError) return exitCodeOfStatus(error.status);
  return EXIT.failed;
}

function exitCodeOfStatus(status: number): number {
  if (status === 401 || status === 403) return EXIT.refused;
  if (status === 404) return EXIT.unknown;
  return status >= 400 && status < 500 && status !== 429 ? EXIT.usage : EXIT.failed;
}
