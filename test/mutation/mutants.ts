/** The mutants of a file: the same file with one place broken. */
import { breaksOf, type Replacement } from './operators.ts';
import { children, type Node, treeOf } from './syntax.ts';

export interface Mutant {
  /** From the folder of the project. */
  file: string;
  /** From 1. */
  line: number;
  /** The line as it stands, without blanks at its ends. */
  before: string;
  /** The line, or what takes its place, once it is broken. */
  after: string;
  replacement: Replacement;
  /** The statement that it is part of: a number in its file, as {@link counted} counts. */
  statement: number;
}

/** A statement, or the expression that is the body of an arrow function. */
interface Statement {
  start: number;
  end: number;
  isExpression: boolean;
}

/**
 * Every mutant of a file, in the order of the source.
 *
 * @example mutantsOf('a.ts', 'if (a < 3) b();') // if (true) …, if (false) …, a <= 3, a < 4, no b()
 */
export function mutantsOf(file: string, source: string): Mutant[] {
  const statements: Statement[] = [];
  const mutants: Mutant[] = [];
  const texts = new Set<string>();
  const visit = (node: Node, parents: Node[], field: string, statement: number) => {
    let current = statement;
    if (isStatement(node, parents[0], field)) {
      const isExpression = parents[0]?.type === 'ArrowFunctionExpression';
      current = statements.push({ start: node.start, end: node.end, isExpression }) - 1;
    }
    for (const replacement of breaksOf(node, { source, parents, field })) {
      const { start, end, text } = replacement;
      const id = `${start} ${end} ${text}`;
      if (texts.has(id) || source.slice(start, end) === text) continue;
      texts.add(id);
      mutants.push({ file, ...lines(source, replacement), replacement, statement: current });
    }
    for (const child of children(node)) visit(child.node, [node, ...parents], child.field, current);
  };
  visit(treeOf(source), [], '', -1);
  return mutants.sort((a, b) => a.replacement.start - b.replacement.start);
}

/** The source with one place broken. */
export function broken(source: string, { start, end, text }: Replacement): string {
  return source.slice(0, start) + text + source.slice(end);
}

/** The source with a count before each statement: `globalThis.reached('file', n, true)`, true inside a function. */
export function counted(file: string, source: string): string {
  const inserts: { at: number; text: string }[] = [];
  let count = 0;
  const visit = (node: Node, parent: Node | undefined, field: string, isInside: boolean) => {
    if (isStatement(node, parent, field)) {
      const reached = `globalThis.reached?.(${JSON.stringify(file)}, ${count++}, ${isInside})`;
      if (parent?.type === 'ArrowFunctionExpression') {
        inserts.push({ at: node.start, text: `(${reached}, ` }, { at: node.end, text: ')' });
      } else inserts.push({ at: node.start, text: `${reached}; ` });
    }
    const isFunction = /Function/.test(node.type);
    for (const child of children(node)) visit(child.node, node, child.field, isInside || isFunction);
  };
  visit(treeOf(source), undefined, '', false);
  // Inner ends come before outer ends, outer beginnings before inner ones: a stable sort keeps both.
  return inserts
    .map((insert, order) => ({ ...insert, order }))
    .sort((a, b) => b.at - a.at || (a.text === ')' ? a.order - b.order : b.order - a.order))
    .reduce((text, { at, text: insert }) => text.slice(0, at) + insert + text.slice(at), source);
}

function isStatement(node: Node, parent: Node | undefined, field: string): boolean {
  if (parent === undefined || node.type === 'ImportDeclaration') return false;
  if (parent.type === 'ArrowFunctionExpression') return field === 'body' && node.type !== 'BlockStatement';
  if (field === 'consequent') return parent.type === 'SwitchCase';
  return field === 'body' && ['BlockStatement', 'Program', 'StaticBlock', 'FunctionBody'].includes(parent.type);
}

function lines(source: string, { start, end, text }: Replacement): Pick<Mutant, 'line' | 'before' | 'after'> {
  const from = source.lastIndexOf('\n', start - 1) + 1;
  const until = source.indexOf('\n', end) === -1 ? source.length : source.indexOf('\n', end);
  return {
    line: source.slice(0, start).split('\n').length,
    before: oneLine(source.slice(from, until)),
    after: oneLine(source.slice(from, start) + text + source.slice(end, until)),
  };
}

function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, ' ');
}
