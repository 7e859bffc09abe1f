/**
 * How one place of the code is broken: what a hurried or hostile hand could do in one line. Types stay as they are, and so
 * does what people read: no test is asked to hold the words of a message.
 */
import type { Node } from './syntax.ts';

/** Text that takes the place of a node's. */
export interface Replacement {
  start: number;
  end: number;
  text: string;
}

/** Where a node stands. */
export interface Place {
  source: string;
  /** From the node outwards. */
  parents: readonly Node[];
  /** Of the first parent. */
  field: string;
}

const CONDITIONS = ['IfStatement', 'ConditionalExpression'];
const BOUNDARIES: Readonly<Record<string, string>> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>' };
const EQUALITIES: Readonly<Record<string, string>> = { '===': '!==', '!==': '===' };
const SUMS: Readonly<Record<string, string>> = { '+': '-', '-': '+', '*': '/', '/': '*' };
/** Calls that narrow, order or clean what they are called on: without them it goes on as it was. */
const NARROWING =
  /^(filter|slice|subarray|sort|toSorted|toReversed|trim|trimEnd|trimStart|normalize|toLowerCase|toUpperCase|replace|replaceAll|flat|min|max)$/;
const OPPOSITES = new Map([
  ['every', 'some'],
  ['some', 'every'],
  ['startsWith', 'includes'],
  ['endsWith', 'includes'],
  ['min', 'max'],
  ['max', 'min'],
]);

/** Each way to break this very node; its children have their own. */
export function breaksOf(node: Node, place: Place): Replacement[] {
  const text = (part: unknown) => place.source.slice((part as Node).start, (part as Node).end);
  const whole = (replacement: string): Replacement => ({ start: node.start, end: node.end, text: replacement });
  if ([node, ...place.parents].some(isExamples)) return [];
  switch (node.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      return ['true', 'false'].map((value) => ({ ...rangeOf(node['test']), text: value }));
    case 'LogicalExpression':
      return logical(node, text).map(whole);
    case 'BinaryExpression':
      return binary(node, place).map((operator) => whole(`${text(node['left'])} ${operator} ${text(node['right'])}`));
    case 'UnaryExpression':
      return node['operator'] === '!' ? [whole(text(node['argument']))] : [];
    case 'Literal':
      return literal(node, place).map(whole);
    case 'TemplateLiteral':
      return isMessage(place) || !isCode(text(node)) ? [] : [whole('""')];
    case 'ArrayExpression':
    case 'ObjectExpression':
      return withoutOne(node, place);
    case 'CallExpression':
      return call(node, text).map(whole);
    case 'ThrowStatement':
      return [whole(';')];
    case 'ExpressionStatement':
      return isDirective(node) ? [] : [whole(';')];
    default:
      return [];
  }
}

function rangeOf(node: unknown): { start: number; end: number } {
  const { start, end } = node as Node;
  return { start, end };
}

function logical(node: Node, text: (part: unknown) => string): string[] {
  const [left, right] = [text(node['left']), text(node['right'])];
  if (node['operator'] === '??') return isForTheCompiler(node) ? [] : [`(${left})`];
  return [`(${left}) ${node['operator'] === '&&' ? '||' : '&&'} (${right})`];
}

/** `parts[0] ?? ''`: an element that is always there, of which the compiler does not know it (noUncheckedIndexedAccess). */
function isForTheCompiler(node: Node): boolean {
  const [left, right] = [node['left'], node['right']] as [Node, Node];
  const callee = left['callee'] as Node | undefined;
  const isElement = left['computed'] === true || (callee?.['property'] as Node | undefined)?.['name'] === 'at';
  return isElement && (right.type === 'Literal' || Array.isArray(right['elements']));
}

/** A comparison that is a whole condition is broken there already. */
function binary(node: Node, { parents, field }: Place): string[] {
  const operator = String(node['operator']);
  const isCondition = field === 'test' && CONDITIONS.includes(parents[0]?.type ?? '');
  const broken = BOUNDARIES[operator] ?? (isCondition ? undefined : EQUALITIES[operator]) ?? SUMS[operator];
  const isText = [node['left'], node['right']].some((side) => isString(side as Node));
  return broken === undefined || (operator === '+' && isText) ? [] : [broken];
}

function isString({ type, value }: Node): boolean {
  return type === 'TemplateLiteral' || (type === 'Literal' && typeof value === 'string');
}

function literal(node: Node, place: Place): string[] {
  const { value } = node;
  if (place.parents.some(({ type }) => type.startsWith('Import') || type === 'ExportAllDeclaration')) return [];
  if (typeof value === 'boolean') return [String(!value)];
  if (typeof value === 'number') return numbers(value, place);
  if (node['regex'] !== undefined) return anchors(place.source.slice(node.start, node.end));
  // The name of a field, not a value.
  if (place.field === 'key' || place.field === 'property') return [];
  if (typeof value === 'string' && value !== '' && isCode(value) && !isMessage(place)) return ['""'];
  return [];
}

/** A limit is taken away, any other number is one more. */
function numbers(value: number, { parents }: Place): string[] {
  const declared = parents.find(({ type }) => type === 'VariableDeclarator');
  const name = String((declared?.['id'] as Node | undefined)?.['name'] ?? '');
  if (name.startsWith('MAX_')) return ['Infinity'];
  if (name.startsWith('MIN_')) return ['0'];
  return [String(value + 1)];
}

/** `good: […]` and `bad: […]` beside a rule of the code: texts that the tests hold it against. */
function isExamples({ type, key }: Node): boolean {
  return type === 'Property' && /^(good|bad)$/.test(String((key as Node)['name']));
}

/** A pattern that holds for the whole of a text holds for a part of it. */
function anchors(regex: string): string[] {
  const broken = [regex.replace(/^\/\^/, '/'), regex.replace(/(?<!\\)\$(\/[a-z]*)$/, '$1')];
  return broken.filter((each) => each !== regex && !each.startsWith('//'));
}

/** Names and codes; a text with blanks is for people. */
function isCode(text: string): boolean {
  return !/\s/.test(text);
}

/** What is said to people, or the name of a class of errors. */
function isMessage({ parents }: Place): boolean {
  if (parents[0]?.type === 'PropertyDefinition' && (parents[0]['key'] as Node)['name'] === 'name') return true;
  if (parents[0]?.type === 'TSAsExpression' && parents[1]?.type === 'PropertyDefinition') return true;
  return parents.some(
    ({ type, callee }) =>
      type === 'ThrowStatement' || (type === 'NewExpression' && String((callee as Node)['name']).endsWith('Error')),
  );
}

/** The list or the object without one of its entries. */
function withoutOne(node: Node, { parents }: Place): Replacement[] {
  const entries = ((node['elements'] ?? node['properties']) as (Node | null)[]).filter((each) => each !== null);
  const isErrorData = parents[0]?.type === 'NewExpression';
  if (isErrorData) return [];
  return entries.flatMap((entry, index) => {
    if (isExamples(entry)) return [];
    const next = entries[index + 1];
    if (next !== undefined) return { start: entry.start, end: next.start, text: '' };
    // With the comma before it, and the one after it.
    return { start: entries[index - 1]?.end ?? node.start + 1, end: node.end - 1, text: '' };
  });
}

function call(node: Node, text: (part: unknown) => string): string[] {
  const callee = node['callee'] as Node;
  if (callee.type !== 'MemberExpression' || callee['computed'] === true) return [];
  const name = String((callee['property'] as Node)['name']);
  const object = text(callee['object']);
  const broken: string[] = [];
  if (NARROWING.test(name) && object !== 'Math') broken.push(object);
  const opposite = OPPOSITES.get(name);
  if (opposite !== undefined) {
    const { start } = callee['property'] as Node;
    const from = start - node.start;
    broken.push(`${text(node).slice(0, from)}${opposite}${text(node).slice(from + name.length)}`);
  }
  return broken;
}

function isDirective(node: Node): boolean {
  return node['directive'] !== undefined && node['directive'] !== null;
}
