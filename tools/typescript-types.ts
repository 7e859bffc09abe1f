/** JSON Schema as TypeScript: as much of it as zod writes for answers and parameters. The formatter breaks the lines. */

/** What of JSON Schema is read; other keywords narrow a value and have no type. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema;
  items?: Schema;
  anyOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
}

/**
 * The type in TypeScript's words: `{ "type": ["string", "null"] }` is `string | null`, a reference is the name it refers to.
 *
 * @throws Error for a keyword that has a type and is not known here, rather than a type that is too wide
 */
export function typeText(schema: Schema): string {
  if (schema.$ref !== undefined) return schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1);
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(literal).join(' | ');
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeText))].join(' | ');
  if (schema.type === undefined) throw new Error(`no type for ${JSON.stringify(schema)}`);
  return [schema.type]
    .flat()
    .map((type) => simpleType(type, schema))
    .join(' | ');
}

/** Of one of the words that `type` may have (JSON Schema 2020-12, "Validation", 6.1.1). */
function simpleType(type: string, schema: Schema): string {
  switch (type) {
    case 'string':
    case 'boolean':
    case 'number':
    case 'null':
      return type;
    case 'integer':
      return 'number';
    case 'array':
      return `(${typeText(schema.items ?? {})})[]`;
    case 'object':
      return objectType(schema);
    default:
      throw new Error(`no type for ${type}`);
  }
}

/** An object with names, or a record. */
function objectType({ properties, required = [], additionalProperties }: Schema): string {
  if (properties === undefined) {
    if (additionalProperties === undefined) throw new Error('an object says nothing of what is in it');
    return `Record<string, ${typeText(additionalProperties)}>`;
  }
  const fields = Object.entries(properties).map(
    ([name, schema]) => `${documentation(schema)}${name}${required.includes(name) ? '' : '?'}: ${typeText(schema)};`,
  );
  return `{\n${fields.join('\n')}\n}`;
}

const literal = (value: unknown) => JSON.stringify(value);

/** What a schema says of itself, as a comment for editors; empty where it says nothing. */
export function documentation({ description }: Pick<Schema, 'description'>): string {
  if (description === undefined) return '';
  return `/** ${description.replaceAll('*/', '*\\/').replaceAll('\n', ' ')} */\n`;
}
