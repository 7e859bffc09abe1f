/** An answer as `curl -i` keeps it: status line, headers, an empty line, the body as it came. */
import { UsageError } from '../exit-codes.ts';

/** Taken apart; nothing of it is believed yet. */
export interface SavedAnswer {
  status: number;
  /** By name in lower case; repeated ones joined with a comma and a space (RFC 9110, 5.3). */
  headers: ReadonlyMap<string, string>;
  /** Bytes, as they were sent: no text, whose line ends an editor may have changed. */
  body: Buffer;
}

/**
 * Reads one.
 *
 * @throws UsageError for what is no HTTP answer
 */
export function savedAnswer(bytes: Buffer): SavedAnswer {
  let rest = bytes;
  for (;;) {
    const { head, body } = split(rest);
    const [first = '', ...lines] = head.split(/\r?\n/);
    const [, code, reason = ''] = /^HTTP\/[0-9.]+ ([1-5][0-9][0-9])(?: (.*))?$/.exec(first) ?? [];
    if (code === undefined)
      throw new UsageError('the file is no answer as `curl -i` keeps it: its first line has no status');
    // An interim answer, or that of a proxy on the way, stands before the one that is meant.
    if (!code.startsWith('1') && !/^connection established$/i.test(reason)) {
      return { status: Number(code), headers: headersOf(lines), body };
    }
    rest = body;
  }
}

/** At the first empty line. */
function split(bytes: Buffer): { head: string; body: Buffer } {
  const [crlf, lf] = [bytes.indexOf('\r\n\r\n'), bytes.indexOf('\n\n')];
  const isCrlf = crlf !== -1 && (lf === -1 || crlf < lf);
  const end = isCrlf ? crlf : lf;
  if (end === -1) throw new UsageError('the file is no answer as `curl -i` keeps it: no empty line ends its headers');
  return { head: bytes.subarray(0, end).toString('latin1'), body: bytes.subarray(end + (isCrlf ? 4 : 2)) };
}

function headersOf(lines: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1)
      throw new UsageError('the file is no answer as `curl -i` keeps it: a line of its headers has no colon');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers.set(name, headers.has(name) ? `${headers.get(name)}, ${value}` : value);
  }
  return headers;
}
