/** The syntax tree of a TypeScript file, as Vite's parser gives it (ESTree with offsets into the source). */
import { parseAst } from 'vitest/node';

/** A node; its other fields depend on its type. */
export interface Node {
  type: string;
  start: number;
  end: number;
  [field: string]: unknown;
}

/** The tree of a file. Offsets are those of `source`. @throws SyntaxError */
export function treeOf(source: string): Node {
  return parseAst(source, { lang: 'ts' }) as unknown as Node;
}

/** Nodes below this one that run, with the field that they stand in; types do not run. */
export function* children(node: Node): Generator<{ node: Node; field: string }> {
  for (const [field, value] of Object.entries(node)) {
    if (/^(type|typeAnnotation|typeParameters|typeArguments|returnType|superTypeArguments|implements)$/.test(field)) {
      continue;
    }
    for (const each of Array.isArray(value) ? value : [value]) {
      if (isNode(each) && !isType(each)) yield { node: each, field };
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

/** `as` and `!` are passed through to the expression that they say something of. */
function isType({ type }: Node): boolean {
  return type.startsWith('TS') && !['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression'].includes(type);
}
