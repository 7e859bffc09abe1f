/** An answer whose body is handed on as it comes, and never stands in memory as a whole: a task's log may have 100 MB. */
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { Context } from '../../context.ts';
import { UpstreamFailedError, UpstreamTimeoutError } from '../../upstream-errors.ts';
import type { AirflowAnswer } from './airflow.ts';
import { AIRFLOW, MAX_CALL_MS, type Outgoing, opened } from './exchange.ts';

/** A web server that begins to answer goes on: what is silent for so long in the midst of it is gone. */
const MAX_SILENCE_MS = MAX_CALL_MS;

/**
 * Sends a request and gives the answer as soon as it begins. The request's deadline is for that beginning; how long the
 * whole may take is for whoever reads it to say.
 *
 * @returns a body to be read or destroyed, which fails with UpstreamFailedError `truncated` or UpstreamTimeoutError
 * @throws UpstreamFailedError `unreachable`, `tls`; UpstreamTimeoutError, as `exchange`
 */
export async function streamed(outgoing: Outgoing, context: Context): Promise<AirflowAnswer<Readable>> {
  const request = new AbortController();
  const late = () => request.abort();
  const beginning = AbortSignal.any([context.deadline.signal(), AbortSignal.timeout(MAX_CALL_MS)]);
  if (beginning.aborted) throw new UpstreamTimeoutError(AIRFLOW, { cause: { code: 'ABORTED' } });
  beginning.addEventListener('abort', late);
  try {
    const response = await opened(outgoing, request.signal);
    const body = Readable.from(piecesOf(response), { objectMode: false });
    // A generator that has not begun knows nothing of its end.
    body.once('close', () => response.destroy());
    return { status: response.statusCode ?? 0, contentType: response.headers['content-type'] ?? '', body };
  } finally {
    beginning.removeEventListener('abort', late);
  }
}

/** Each piece in its time. While nobody asks for the next one, nobody waits: a slow reader is not the server's fault. */
async function* piecesOf(response: IncomingMessage): AsyncGenerator<Buffer> {
  const pieces = response[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  for (;;) {
    const { done, value } = await inTime(pieces.next(), response);
    if (done) break;
    yield value;
  }
  if (!response.complete) throw new UpstreamFailedError(AIRFLOW, 'truncated');
}

async function inTime<T>(piece: Promise<T>, response: IncomingMessage): Promise<T> {
  let isLate = false;
  const limit = setTimeout(() => {
    isLate = true;
    response.destroy();
  }, MAX_SILENCE_MS);
  try {
    return await piece;
  } catch (error) {
    const cause = { code: (error as { code?: string }).code ?? 'ABORTED' };
    throw isLate
      ? new UpstreamTimeoutError(AIRFLOW, { cause })
      : new UpstreamFailedError(AIRFLOW, 'truncated', { cause });
  } finally {
    clearTimeout(limit);
  }
}
