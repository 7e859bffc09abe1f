/** Content negotiation by RFC 9110, 12.5: the most preferred form that the route has. */
import { NotAcceptableError } from '../request-errors.ts';

export type MediaType = 'application/json' | 'text/csv' | MetricsType;

/** The two forms in which monitoring systems read figures. */
export type MetricsType = 'text/plain' | 'application/openmetrics-text';

/** The older form first: it is the one that a person without an Accept header can read anywhere. */
export const METRICS_TYPES = ['text/plain', 'application/openmetrics-text'] as const;

export function isMetrics(type: MediaType): type is MetricsType {
  return (METRICS_TYPES as readonly MediaType[]).includes(type);
}

/** One item of an Accept or Accept-Encoding header: `text/csv;q=0.5`. */
interface Preference {
  /** Media range or coding, in lower case. */
  value: string;
  /** Weight from 0, which rules it out, to 1. */
  q: number;
}

/**
 * The form to answer in. The most specific range that fits a form decides its weight; on a tie the first offered wins.
 *
 * @param offered in the order of the route's own preference
 * @example negotiate('text/*, application/json;q=0.1', ['application/json', 'text/csv']) // text/csv
 * @throws NotAcceptableError when the header rules out everything that the route has
 */
export function negotiate<Type extends string>(accept: string | undefined, offered: readonly [Type, ...Type[]]): Type {
  if (accept === undefined || accept.trim() === '') return offered[0];
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

/** 0 for a form that no range fits. */
function weight(type: string, ranges: readonly Preference[]): number {
  for (const range of [type, `${type.split('/')[0]}/*`, '*/*']) {
    const fitting = ranges.find(({ value }) => value === range);
    if (fitting !== undefined) return fitting.q;
  }
  return 0;
}

/** A weight that is no number from 0 to 1 rules its item out: what cannot be read is not wished for. */
function preferences(header: string): Preference[] {
  return header.split(',').flatMap((item) => {
    const [value = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
    if (value === '') return [];
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    const weight = q === undefined ? 1 : Number(q.slice(2));
    return [{ value, q: weight >= 0 && weight <= 1 ? weight : 0 }];
  });
}
