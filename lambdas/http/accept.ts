/** Content negotiation by RFC 9110, 12.5: the most preferred form that the route has. */
import { NotAcceptableError } from '../errors.ts';

export type MediaType = 'application/json' | 'text/csv';

interface Preference {
  value: string;
  q: number;
}

/**
 * The form to answer in. The most specific range that fits a form decides its weight; on a tie JSON wins.
 * @throws NotAcceptableError when the header rules out everything that the route has
 */
export function negotiate(accept: string | undefined, offered: readonly MediaType[]): MediaType {
  if (accept === undefined || accept.trim() === '') return 'application/json';
  const ranges = preferences(accept);
  const weighed = offered.map((type) => ({ type, q: weight(type, ranges) }));
  const best = weighed.reduce((a, b) => (b.q > a.q ? b : a));
  if (best.q === 0) throw new NotAcceptableError();
  return best.type;
}

/** Whether the client takes gzip: named, or by `*`, with a weight above 0. */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  const codings = preferences(acceptEncoding ?? '');
  const coding = codings.find(({ value }) => value === 'gzip') ?? codings.find(({ value }) => value === '*');
  return coding !== undefined && coding.q > 0;
}

function weight(type: MediaType, ranges: readonly Preference[]): number {
  for (const range of [type, `${type.split('/')[0]}/*`, '*/*']) {
    const found = ranges.find(({ value }) => value === range);
    if (found !== undefined) return found.q;
  }
  return 0;
}

function preferences(header: string): Preference[] {
  return header.split(',').flatMap((item) => {
    const [value = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
    if (value === '') return [];
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    const weight = q === undefined ? 1 : Number(q.slice(2));
    return [{ value, q: weight >= 0 && weight <= 1 ? weight : 0 }];
  });
}
