/** The routes that the API has, as `npm run generate` wrote them down: options, tools and exports follow from these. */
import file from './routes.json' with { type: 'json' };

/** A query parameter, with its JSON Schema (`type`, `enum`, `minimum` …) from the OpenAPI document. */
export interface Parameter {
  name: string;
  description?: string;
  schema: ParameterSchema;
}

/** As much of JSON Schema as decides what an option takes. */
export interface ParameterSchema {
  /** `string`, `integer`, `boolean` or `array`. */
  type?: string;
  /** The words that it may be. */
  enum?: readonly string[];
  /** Of a list: the words that each of its items may be. */
  items?: { type?: string; enum?: readonly string[] };
  /** Both bounds are good values themselves. */
  minimum?: number;
  maximum?: number;
}

/** What is known of a route before it is asked. */
export interface Route {
  /** Without the slash. */
  name: string;
  path: string;
  /** One sentence. */
  summary: string;
  /** Whether it needs a token. */
  token: boolean;
  /** Name of the list in its answer that pages; `null`: no pages. */
  rows: string | null;
  /** Columns of its CSV; `null`: it has none. */
  csv: readonly string[] | null;
  /** The flag that asks for clear text; `null`: there is nothing to hide. */
  discloses: string | null;
  /** The parameter that finds people by name; `null`: none does. */
  looks_up: string | null;
  /** Parameters that are whole days for whoever sees masked rows. */
  whole_days: readonly string[];
  /** Scopes that show more than masked rows do. */
  clear_scopes: readonly string[];
  parameters: readonly Parameter[];
}

/** What is known of a problem (RFC 9457) by its slug. */
export interface ProblemKind {
  status: number;
  title: string;
  advice: string;
}

/** The release of the API that this was made with. */
export const VERSION: string = file.version;
/** In the order of the route table. */
export const ROUTES: readonly Route[] = file.routes;
/** By slug, the stable last segment of a problem's `type`. */
export const PROBLEMS: Readonly<Record<string, ProblemKind>> = file.problems;

/** @returns `undefined` for a route that this version of the API does not have */
export function routeAt(path: string): Route | undefined {
  return ROUTES.find((route) => route.path === path);
}

/** Whether a route takes a parameter. */
export function takes(route: Route, name: string): boolean {
  return route.parameters.some((parameter) => parameter.name === name);
}
