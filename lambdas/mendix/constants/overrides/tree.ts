/** Parsed JSON and YAML in one form, with leaves as they were written: numbers keep their digits, dates their text. */
import { UnusableContentError } from '../../unusable-content.ts';
import { wellFormed } from '../../utf8.ts';
import type { Written } from '../value.ts';

export type Tree = Written | readonly Tree[] | ReadonlyMap<string, Tree>;

/** Whether it has members by name; a JSON object, a YAML mapping. */
export function isMap(tree: Tree | undefined): tree is ReadonlyMap<string, Tree> {
  return tree instanceof Map;
}

/** Whether it has members by position; a JSON array, a YAML sequence. */
export function isList(tree: Tree | undefined): tree is readonly Tree[] {
  return Array.isArray(tree);
}

/** The member at `path` of nested maps; `undefined` when there is none, or it is null. */
export function memberAt(tree: Tree | undefined, path: readonly string[]): Tree | undefined {
  const member = path.reduce<Tree | undefined>((at, name) => (isMap(at) ? at.get(name) : undefined), tree);
  return member === undefined || isNull(member) ? undefined : member;
}

/** The text at `path`; `null` when something else is there, or nothing. */
export function textAt(tree: Tree | undefined, path: readonly string[]): string | null {
  const member = memberAt(tree, path);
  return member !== undefined && !isMap(member) && !isList(member) && member.kind === 'text' ? member.text : null;
}

/**
 * The map of constants at `path`, with values as they were written; empty when nothing is there.
 *
 * @throws UnusableContentError `unexpected-content` when something else is there
 */
export function constantsAt(tree: Tree | undefined, path: readonly string[]): Map<string, Written> {
  const member = memberAt(tree, path);
  if (member === undefined) return new Map();
  if (!isMap(member)) {
    throw new UnusableContentError('unexpected-content', `Its ${path.join('.')} is no map: write name: value lines.`);
  }
  return writtenMembers(member);
}

/** The members of a map as values of constants. Names are made such that every answer can hold them. */
export function writtenMembers(map: ReadonlyMap<string, Tree>): Map<string, Written> {
  return new Map([...map].map(([name, tree]) => [wellFormed(name), writtenOf(tree)]));
}

/** The same without the members that are null, for formats in which null means "not set". */
export function withoutNulls(settings: ReadonlyMap<string, Written>): Map<string, Written> {
  return new Map([...settings].filter(([, written]) => written.kind !== 'null'));
}

function writtenOf(tree: Tree): Written {
  return isMap(tree) || isList(tree) ? { kind: 'structure' } : tree;
}

function isNull(tree: Tree): boolean {
  return !isMap(tree) && !isList(tree) && tree.kind === 'null';
}
