/**
 * Which route takes a request: the one whose path is the request's own, else one whose `{name}` stands for a segment (API
 * Gateway developer guide, "Routes for HTTP APIs"). Greedy `{name+}` and `$default` are not known here.
 */

const KEY = /^(GET|HEAD|OPTIONS|POST) (\/[^{}]*|(\/(\{\w+\}|[^{}/]+))+)$/;

/** A route that was chosen, with the values of its path. */
export interface Chosen<Route> {
  route: Route;
  /** By name, percent-decoded as the path is; empty without any. */
  pathParameters: Readonly<Record<string, string>>;
}

/** Routes by their keys: `GET /users`, `GET /problems/{slug}`. */
export class RouteKeys<Route extends { key: string }> {
  readonly #exact: ReadonlyMap<string, Route>;
  readonly #patterns: readonly { pattern: RegExp; route: Route }[];

  /** @throws Error for a key that is not known here, rather than a route that is never found */
  constructor(routes: readonly Route[]) {
    const unknown = routes.find(({ key }) => !KEY.test(key));
    if (unknown !== undefined) throw new Error(`local-aws knows no route such as ${unknown.key}`);
    this.#exact = new Map(routes.filter(({ key }) => !key.includes('{')).map((route) => [route.key, route]));
    this.#patterns = routes
      .filter(({ key }) => key.includes('{'))
      .map((route) => ({ pattern: patternOf(route.key), route }));
  }

  /** @param path decoded */
  choose(method: string, path: string): Chosen<Route> | null {
    const key = `${method} ${path}`;
    const exact = this.#exact.get(key);
    if (exact !== undefined) return { route: exact, pathParameters: {} };
    for (const { pattern, route } of this.#patterns) {
      const values = pattern.exec(key)?.groups;
      if (values !== undefined) return { route, pathParameters: { ...values } };
    }
    return null;
  }
}

/** `GET /problems/{slug}` is `^GET /problems/(?<slug>[^/]+)$`. */
function patternOf(key: string): RegExp {
  const parts = key.split(/(\{\w+\})/).map((part) => {
    return part.startsWith('{') ? `(?<${part.slice(1, -1)}>[^/]+)` : part.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`);
}
