/** Addresses of the views: everything that a view shows is chosen in its address, so that it can be sent to somebody. */

/** The views of an environment, by the last part of their path. */
export const VIEWS = ['overview', 'storage', 'tables', 'users', 'constants', 'airflow'] as const;

export type View = (typeof VIEWS)[number];

/**
 * @example viewPath('shop-prod', 'tables', { module: 'Sales' }) // '/e/shop-prod/tables?module=Sales'
 */
export function viewPath(environment: string, view: View, choice: Readonly<Record<string, unknown>> = {}): string {
  const place = `/e/${encodeURIComponent(environment)}${view === 'overview' ? '' : `/${view}`}`;
  return withChoice(place, choice);
}

/** A path with what was chosen; what is not set, or empty, is left out. */
export function withChoice(path: string, choice: Readonly<Record<string, unknown>>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(choice)) {
    if (value !== undefined && value !== null && value !== '' && value !== false) parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}
