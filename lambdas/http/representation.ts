/** The body that goes out: JSON or CSV, gzip where wanted, and never more than Lambda lets through. */
import { gzipSync } from 'node:zlib';
import type { Answer, MetricsBody } from '../exchange.ts';
import { NotAcceptableError } from '../request-errors.ts';
import type { Route } from '../route.ts';
import { isMetrics, type MediaType } from './accept.ts';
import { csv } from './csv.ts';
import type { CursorSigner } from './cursor.ts';
import { METRICS_CONTENT_TYPES, metricsText } from './metrics-text.ts';

/** Lambda's synchronous response limit is 6 MB with the event's own JSON around it (Lambda guide, "Quotas"). */
const MAX_PAYLOAD_BYTES = 5_900_000;
const MIN_GZIP_BYTES = 1_000;

/** The body with what the headers say of it. */
export interface Representation {
  content_type: string;
  gzip: boolean;
  body: string | Buffer;
  /** Cursor of the next page, which after a cut begins behind the last row that is left; `null` on the last page. */
  next_cursor: string | null;
  /** Rows in the body; `null` without a list of rows. */
  rows: number | null;
}

/** How the client wants it. */
export interface Form {
  media_type: MediaType;
  gzip: boolean;
  /** Field names that the client chose; `null`: all. */
  fields: readonly string[] | null;
  /** Name of the list in the answer that pages; `null`: none. */
  rows: string | null;
}

/**
 * Makes the body. A page too large is cut to the rows that fit, where the answer gives its positions.
 *
 * A page of 1,000 rows of 9 kB weighs 9 MB: the next try has 1,000 × 5.9/9 × 0.9 = 589 rows, which is 5.3 MB and goes
 * out, with the position of row 589 in its cursor.
 *
 * @param signer `null` for a route without pages
 */
export function represent(
  route: Route,
  answer: Answer<Record<string, unknown>, unknown>,
  form: Form,
  signer: CursorSigner | null,
): Representation {
  if (isMetrics(form.media_type)) return metricsOf(answer, form.media_type, form.gzip);
  const list = form.rows === null ? undefined : answer.body[form.rows];
  const rows = Array.isArray(list) ? (list as Record<string, unknown>[]) : null;
  let kept = rows?.length ?? 0;
  for (;;) {
    const isCut = rows !== null && kept < rows.length;
    const next = isCut ? answer.positions?.[kept - 1] : answer.next;
    const next_cursor = next === null || next === undefined || signer === null ? null : signer.sign(next);
    const text =
      form.media_type === 'text/csv'
        ? csv(columnsOf(route, form), (rows ?? []).slice(0, kept), answer.body)
        : JSON.stringify({ ...withRows(answer.body, form.rows, rows?.slice(0, kept)), next_cursor });
    const gzip = form.gzip && Buffer.byteLength(text) > MIN_GZIP_BYTES;
    const body = gzip ? gzipSync(text) : text;
    const size = payloadBytes(body);
    if (size <= MAX_PAYLOAD_BYTES || answer.positions === undefined || kept <= 1) {
      return { content_type: contentType(form.media_type), gzip, body, next_cursor, rows: rows === null ? null : kept };
    }
    kept = Math.max(1, Math.floor(kept * (MAX_PAYLOAD_BYTES / size) * 0.9));
  }
}

/** Of an answer that has figures in place of rows. @throws NotAcceptableError where it would need gzip */
function metricsOf(
  { body }: Answer<Record<string, unknown>, unknown>,
  type: Parameters<typeof metricsText>[1],
  wantsGzip: boolean,
): Representation {
  const text = metricsText((body as unknown as MetricsBody).families, type);
  const gzip = wantsGzip && Buffer.byteLength(text) > MIN_GZIP_BYTES;
  const sent = gzip ? gzipSync(text) : text;
  // Some 550 environments of the size of the sample apps. Figures have no pages, and half of them would look like a fleet that is gone.
  if (payloadBytes(sent) > MAX_PAYLOAD_BYTES) {
    throw new NotAcceptableError(null, 'The answer is too large to go out as it is: send Accept-Encoding: gzip.');
  }
  return { content_type: METRICS_CONTENT_TYPES[type], gzip, body: sent, next_cursor: null, rows: null };
}

function withRows(body: object, name: string | null, rows: readonly unknown[] | undefined): object {
  return name === null || rows === undefined ? body : { ...body, [name]: rows };
}

/** What the body weighs inside Lambda's JSON answer: base64, or text with its escapes. */
function payloadBytes(body: string | Buffer): number {
  return typeof body === 'string' ? Buffer.byteLength(JSON.stringify(body)) : Math.ceil(body.length / 3) * 4;
}

/** Columns of CSV: of those that the client picked, the ones that the table has, in the table's order. */
function columnsOf({ csv: table }: Route, { fields }: Form): readonly string[] {
  const columns = table?.columns ?? [];
  return fields === null ? columns : columns.filter((column) => fields.includes(column));
}

function contentType(type: MediaType): string {
  return type === 'text/csv' ? 'text/csv; charset=utf-8; header=present' : type;
}
