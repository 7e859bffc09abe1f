/** The body that goes out: JSON or CSV, gzip where wanted, and never more than Lambda lets through. */
import { gzipSync } from 'node:zlib';
import type { Answer } from '../exchange.ts';
import type { Route } from '../route.ts';
import type { MediaType } from './accept.ts';
import { columnsOf, csv } from './csv.ts';

/** Lambda's synchronous response limit is 6 MB with the event's own JSON around it. */
const MAX_PAYLOAD_BYTES = 5_900_000;
const GZIP_FROM_BYTES = 1_000;

export interface Representation {
  content_type: string;
  gzip: boolean;
  body: string | Buffer;
  /** Position of the next page after a cut; else the answer's own. */
  next: unknown;
  rows: number | null;
}

export interface Form {
  media_type: MediaType;
  gzip: boolean;
  /** Column names that the client chose, with CSV. */
  fields: readonly string[] | null;
}

/**
 * Makes the body. `link` gives the cursor of a position, which stands inside a JSON body.
 * A page too large is cut to the rows that fit, and `next` then stands after the last of them.
 */
export function represent(
  route: Route,
  answer: Answer<Record<string, unknown>, unknown>,
  form: Form,
  link: (position: unknown) => string | null,
): Representation {
  const list = route.rows === null ? undefined : answer.body[route.rows];
  const rows = Array.isArray(list) ? (list as Record<string, unknown>[]) : null;
  let kept = rows?.length ?? 0;
  for (;;) {
    const cut = rows !== null && kept < rows.length;
    const next = cut && answer.position_after !== undefined ? answer.position_after(kept) : answer.next;
    const shown =
      rows === null || route.rows === null ? answer.body : { ...answer.body, [route.rows]: rows.slice(0, kept) };
    const text =
      form.media_type === 'text/csv' && route.rows !== null
        ? csv(chosen(columnsOf(route.answer, route.rows), form.fields), (rows ?? []).slice(0, kept))
        : JSON.stringify({ ...shown, next_cursor: link(next) });
    const gzip = form.gzip && Buffer.byteLength(text) > GZIP_FROM_BYTES;
    const body = gzip ? gzipSync(text) : text;
    const size = payloadBytes(body);
    if (size <= MAX_PAYLOAD_BYTES || answer.position_after === undefined || kept <= 1) {
      return { content_type: contentType(form.media_type), gzip, body, next, rows: rows === null ? null : kept };
    }
    kept = Math.max(1, Math.floor(kept * (MAX_PAYLOAD_BYTES / size) * 0.9));
  }
}

/** What the body weighs inside Lambda's JSON answer: base64, or text with its escapes. */
function payloadBytes(body: string | Buffer): number {
  return typeof body === 'string' ? Buffer.byteLength(JSON.stringify(body)) : Math.ceil(body.length / 3) * 4;
}

function chosen(columns: string[], fields: readonly string[] | null): string[] {
  return fields === null ? columns : columns.filter((column) => fields.includes(column));
}

function contentType(type: MediaType): string {
  return type === 'text/csv' ? 'text/csv; charset=utf-8; header=present' : type;
}
