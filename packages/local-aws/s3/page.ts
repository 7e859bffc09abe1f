/** One page of a list: which entries and common prefixes come after a marker. */

import { S3Error } from './error.ts';
import { firstAfter, firstAfterPrefix, firstFrom, type Sequence } from './key-order.ts';

/** Which part of a list is asked for. */
export interface PageRequest {
  prefix: string;
  delimiter: string;
  /** Index of the first entry that may be on the page. */
  from: number;
  limit: number;
}

/** One page, and where the next one begins. */
export interface Page<T> {
  entries: T[];
  /** Each stands for all keys that begin with it. */
  common_prefixes: string[];
  truncated: boolean;
  /** The last entry's key or the last common prefix, whichever came last; `null` on an empty page. */
  last: { key: string; common: boolean } | null;
}

/**
 * Worked example: of `a/1`, `a/2`, `b` with the delimiter `/` the first page of one has the common prefix `a/`, and
 * the next one `b`.
 */
export function pageOf<T extends { key: string }>(items: Sequence<T>, request: PageRequest): Page<T> {
  const { prefix, delimiter, limit } = request;
  const page: Page<T> = { entries: [], common_prefixes: [], truncated: false, last: null };
  let index = Math.max(request.from, firstFrom(items, prefix));
  for (;;) {
    const item = items.at(index);
    if (item === undefined || !item.key.startsWith(prefix)) return page;
    if (page.entries.length + page.common_prefixes.length >= limit) {
      // S3 says of an empty page that it is the last one: there would be nothing to go on from.
      page.truncated = limit > 0;
      return page;
    }
    const end = delimiter === '' ? -1 : item.key.indexOf(delimiter, prefix.length);
    if (end < 0) {
      page.entries.push(item);
      page.last = { key: item.key, common: false };
      index += 1;
    } else {
      const common = item.key.slice(0, end + delimiter.length);
      page.common_prefixes.push(common);
      page.last = { key: common, common: true };
      index = firstAfterPrefix(items, common);
    }
  }
}

/** Index after a key marker; a marker that is a common prefix stands for all of its keys. */
export function afterMarker(items: Sequence<{ key: string }>, marker: string, delimiter: string): number {
  return delimiter !== '' && marker.endsWith(delimiter) ? firstAfterPrefix(items, marker) : firstAfter(items, marker);
}

/** Index after the entry with this key and id; ids follow each other in no order of their own. */
export function afterEntry<T extends { key: string }>(
  items: Sequence<T>,
  key: string,
  id: string,
  idOf: (item: T) => string,
): number {
  for (let index = firstFrom(items, key); ; index++) {
    const item = items.at(index);
    if (item === undefined || item.key !== key) return index;
    if (idOf(item) === id) return index + 1;
  }
}

/** `max-keys` and its like: 0 to 1000, more is taken as 1000. */
export function pageLimit(query: URLSearchParams, name: string): number {
  const text = query.get(name) ?? '';
  if (text === '') return 1000;
  const value = Number(text);
  if (!/^\d{1,10}$/.test(text) || value > 2_147_483_647) {
    const message = `Provided ${name} not an integer or within integer range`;
    throw new S3Error('InvalidArgument', { message, details: { ArgumentName: name, ArgumentValue: text } });
  }
  return Math.min(value, 1000);
}

/** `encoding-type`: none, or `url`. */
export function encodingType(query: URLSearchParams): string | null {
  const value = query.get('encoding-type');
  if (value === null || value === '' || value === 'url') return value || null;
  const details = { ArgumentName: 'encoding-type', ArgumentValue: value };
  throw new S3Error('InvalidArgument', { message: 'Invalid Encoding Method specified in Request', details });
}
