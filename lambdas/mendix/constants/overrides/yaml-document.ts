/** The nodes of one YAML document, as the `yaml` library gives them, made into what PyYAML would construct of them. */
import { isAlias, isMap, isPair, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import { UnusableContentError } from '../../unusable-content.ts';
import type { Written } from '../value.ts';
import type { Tree } from './tree.ts';
import { plainScalar, TAGGED, UnresolvableScalarError } from './yaml-scalar.ts';

/** Levels of maps and lists in each other. */
const MAX_DEPTH = 60;

/** Members that merge keys bring in, in all: a large map merged into each of many fills the memory. */
const MAX_MERGED = 100_000;

/** What YAML's own tags begin with: `!!int` is short for `tag:yaml.org,2002:int`. */
const YAML_TAG = 'tag:yaml.org,2002:';

/**
 * Makes the tree of one document's nodes, in the order of the document: an alias stands for the last anchor of its name
 * before it. Aliases share their tree, so anchors that name each other nine times over ten levels are ten lists.
 */
export class DocumentReader {
  readonly #anchors = new Map<string, Tree>();
  readonly #content: string;
  readonly #duplicates: Set<string>;
  #merged = 0;

  /**
   * @param content the whole stream
   * @param duplicates is told of keys that come more than once in a map
   */
  constructor(content: string, duplicates: Set<string>) {
    this.#content = content;
    this.#duplicates = duplicates;
  }

  /** @throws UnusableContentError; UnresolvableScalarError, for which the caller knows the file */
  tree(node: Node | null, depth: number): Tree {
    if (depth > MAX_DEPTH) throw tooDeep();
    if (node === null) return { kind: 'null' };
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source);
      if (target === undefined) throw invalidYaml();
      return target;
    }
    const { anchor } = node as { anchor?: string };
    // An alias within its own anchor stands for something without end.
    if (anchor !== undefined) this.#anchors.set(anchor, { kind: 'structure' });
    const tree = this.#untaggedTree(node, depth);
    if (anchor !== undefined) this.#anchors.set(anchor, tree);
    return tree;
  }

  #untaggedTree(node: Node, depth: number): Tree {
    if (isScalar(node)) {
      const scalar = scalarOf(node);
      if (scalar === 'merge') throw invalidYaml();
      return scalar.kind === 'text' ? { kind: 'text', text: this.#blockText(scalar.text, node) } : scalar;
    }
    if (isSeq(node)) {
      const items = node.items.map((item) => this.tree(isPair(item) ? null : (item as Node), depth + 1));
      return isOwnTag(node.tag, 'seq') ? items : { kind: 'structure' };
    }
    if (!isMap(node)) throw invalidYaml();
    const map = this.#map(node, depth);
    return isOwnTag(node.tag, 'map') ? map : { kind: 'structure' };
  }

  /** Merged members first, so that the map's own win; of several merged maps the first wins. */
  #map(node: YAMLMap, depth: number): ReadonlyMap<string, Tree> {
    const merged = new Map<string, Tree>();
    const own = new Map<string, Tree>();
    for (const { key, value } of node.items) {
      const name = this.#key(key as Node | null);
      const member = this.tree((value ?? null) as Node | null, depth + 1);
      if (name === null) {
        for (const map of mapsOf(member)) this.#merge(map, merged);
        continue;
      }
      if (own.has(name)) this.#duplicates.add(name);
      own.set(name, member);
    }
    return new Map([...merged, ...own]);
  }

  #merge(map: ReadonlyMap<string, Tree>, into: Map<string, Tree>): void {
    this.#merged += map.size;
    if (this.#merged > MAX_MERGED) {
      throw new UnusableContentError(
        'unusable-aliases',
        `Its merge keys (<<) bring in more than ${MAX_MERGED} members: write the values out.`,
      );
    }
    for (const [name, tree] of map) if (!into.has(name)) into.set(name, tree);
  }

  /** The library ends a block of text with a line end even where the file ends without one; PyYAML does not. */
  #blockText(text: string, { type, range }: { type?: string; range?: readonly number[] | null }): string {
    const block = type === 'BLOCK_LITERAL' || type === 'BLOCK_FOLDED';
    if (!block || (range?.[1] ?? 0) < this.#content.length) return text;
    const lastLine = this.#content.slice(this.#content.lastIndexOf('\n') + 1);
    return lastLine.trim() !== '' || (lastLine !== '' && text === '\n') ? text.replace(/\n$/, '') : text;
  }

  /** `null`: the merge key. Other keys by what Python would print of them. */
  #key(node: Node | null): string | null {
    if (isScalar(node) && isPlain(node) && node.value === '<<') return null;
    if (isScalar(node) && isPlain(node) && node.value === '=') return '=';
    const tree = this.tree(node, 0);
    if ('kind' in tree) {
      if (tree.kind === 'text' || tree.kind === 'date') return tree.text;
      if (tree.kind === 'number') return tree.digits;
      if (tree.kind === 'boolean') return tree.value ? 'True' : 'False';
      if (tree.kind === 'null') return 'None';
    }
    throw invalidYaml();
  }
}

/** A scalar by its style and tag: quotes and blocks make text, a tag constructs, and the resolver decides on the rest. */
function scalarOf(node: { value: unknown; tag?: string; type?: string }): Written | 'merge' {
  const text = typeof node.value === 'string' ? node.value : '';
  if (isPlain(node)) {
    // A lone equals sign has a tag of its own, for which PyYAML has no constructor.
    if (text === '=') throw new UnresolvableScalarError();
    return plainScalar(text);
  }
  if (node.tag === undefined) return { kind: 'text', text };
  // The tag without a name asks for the resolver, quotes or not.
  if (node.tag === '!') return plainScalar(text);
  const construct = node.tag.startsWith(YAML_TAG) ? TAGGED[node.tag.slice(YAML_TAG.length)] : undefined;
  if (construct === undefined) throw new UnresolvableScalarError();
  return construct(text);
}

/** Written without quotes, and not as a block. */
function isPlain({ tag, type }: { tag?: string; type?: string }): boolean {
  return tag === undefined && (type === undefined || type === 'PLAIN');
}

/** Whether a collection is what it looks like. @throws UnusableContentError for tags that PyYAML does not know */
function isOwnTag(tag: string | undefined, own: 'map' | 'seq'): boolean {
  if (tag === undefined || tag === '!' || tag === `${YAML_TAG}${own}`) return true;
  if (['set', 'omap', 'pairs'].includes(tag.slice(YAML_TAG.length))) return false;
  throw invalidYaml();
}

/** What a merge key names: a map, or a list of maps. */
function mapsOf(tree: Tree): ReadonlyMap<string, Tree>[] {
  const maps = Array.isArray(tree) ? tree : [tree];
  return maps.map((map: unknown) => {
    if (!(map instanceof Map)) throw invalidYaml();
    return map as ReadonlyMap<string, Tree>;
  });
}

/** @param line counted from one, where the library knows it */
export function invalidYaml(line?: number): UnusableContentError {
  const where = line === undefined ? '' : ` (line ${line})`;
  return new UnusableContentError('invalid-yaml', `It is not valid YAML${where}: correct it.`);
}

/** The error for nesting past the limit. @param cause what the library threw, where it noticed first */
export function tooDeep(cause?: unknown): UnusableContentError {
  return new UnusableContentError('too-deep', `It is nested deeper than ${MAX_DEPTH} levels: write it flat.`, {
    cause,
  });
}
