/** What a view asks the API: a path with its parameters. Its CSV and its lines for a terminal follow from it. */
import type { Path } from '@mrt/client';

/** By the names of the wire. */
export type Query = Readonly<Record<string, unknown>>;

export interface Question {
  path: Path;
  query: Query;
}

/**
 * The path with its query, parameters in the order in which they were given and without what is not set.
 *
 * @example requestPath({ path: '/users', query: { environment: 'shop', kind: undefined } }) // '/users?environment=shop'
 */
export function requestPath({ path, query }: Question): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null) parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}
