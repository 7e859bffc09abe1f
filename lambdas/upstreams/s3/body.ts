/** The body of an answer, read whole, up to a limit. */
import type { IncomingMessage } from 'node:http';
import { UpstreamFailedError, UpstreamTimeoutError } from '../../upstream-errors.ts';

/**
 * Reads what is left of `response`.
 *
 * @param source what errors call the upstream
 * @param maxBytes with more, by its own header or in fact, the rest is not read
 * @throws UpstreamFailedError `too-large`, `truncated` (the connection ended first); UpstreamTimeoutError
 */
export async function readBody(response: IncomingMessage, source: string, maxBytes: number): Promise<Buffer> {
  const tooLarge = () => {
    response.destroy();
    return new UpstreamFailedError(source, 'too-large');
  };
  if (Number(response.headers['content-length']) > maxBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof UpstreamFailedError ? error : bodyFault(source, error);
  }
  return Buffer.concat(chunks);
}

/** What a body that broke off means. The request's signal ends it at the deadline, under one of two names. */
export function bodyFault(source: string, cause: unknown): UpstreamFailedError | UpstreamTimeoutError {
  const late = cause instanceof Error && (cause.name === 'AbortError' || cause.name === 'TimeoutError');
  return late ? new UpstreamTimeoutError(source, { cause }) : new UpstreamFailedError(source, 'truncated', { cause });
}
