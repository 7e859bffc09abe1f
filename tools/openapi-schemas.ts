/** Schemas that the OpenAPI document calls by a name (`named` in `lambdas/parameters.ts`), each written once. */
import { isDeepStrictEqual } from 'node:util';

type Json = Record<string, unknown>;

/** zod's place for named schemas in each schema that it writes, and the document's one place for all of them. */
const ZOD_PLACE = '#/$defs/';
const DOCUMENT_PLACE = '#/components/schemas/';

/** The named schemas of a document while its operations are written. */
export class NamedSchemas {
  readonly #schemas: Map<string, unknown>;

  /** @param own those that no route declares: `Problem` */
  constructor(own: Json) {
    this.#schemas = new Map(Object.entries(own));
  }

  /**
   * A schema as zod writes it, without its `$defs`, which are kept here.
   *
   * @throws Error when two routes mean different things by one name
   */
  take({ $defs, ...schema }: Json): Json {
    for (const [name, named] of Object.entries(($defs ?? {}) as Record<string, Json>)) {
      const { id: _, ...pointed } = pointing(named) as Json;
      const known = this.#schemas.get(name);
      if (known !== undefined && !isDeepStrictEqual(known, pointed)) throw new Error(`two schemas are named ${name}`);
      this.#schemas.set(name, pointed);
    }
    return pointing(schema) as Json;
  }

  /** By name, in alphabetical order. */
  all(): Json {
    return Object.fromEntries([...this.#schemas].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** The same with every reference into the document: `#/$defs/Table` is `#/components/schemas/Table`. */
function pointing(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pointing);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === '$ref' && typeof inner === 'string' ? inner.replace(ZOD_PLACE, DOCUMENT_PLACE) : pointing(inner),
    ]),
  );
}

/**
 * The same schema with every reference replaced by what it refers to, for readers that know none. A description beside
 * a reference stays.
 *
 * @param schemas `components.schemas` of the document
 */
export function resolved(value: unknown, schemas: Json): unknown {
  if (Array.isArray(value)) return value.map((inner) => resolved(inner, schemas));
  if (typeof value !== 'object' || value === null) return value;
  const { $ref, ...rest } = value as Json;
  const own = Object.fromEntries(Object.entries(rest).map(([key, inner]) => [key, resolved(inner, schemas)]));
  if (typeof $ref !== 'string') return own;
  return { ...(resolved(schemas[$ref.slice(DOCUMENT_PLACE.length)], schemas) as Json), ...own };
}
