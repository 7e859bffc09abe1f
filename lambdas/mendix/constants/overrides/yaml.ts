/**
 * YAML as Mendix's tools read it: PyYAML (m2ee) and Kubernetes both follow YAML 1.1, where `yes` is a Boolean and
 * `0123` octal. Numbers keep their digits. Limits: docs/decisions/constant-values.md.
 */
import { type Document, isScalar, parseAllDocuments, type ScalarTag, type Tags, visit } from 'yaml';
import { UnusableContentError, utf8 } from '../unusable.ts';
import { text, type Written } from '../value.ts';

/** Nodes that aliases may stand for in all, against anchors that explode. */
const MAX_ALIASES = 100;
/** Counted in YAML nodes, two for each level of maps. */
const MAX_DEPTH = 60;

/** A float's own digits: 59.90 has two, and a double would lose them. */
class Digits {
  readonly digits: string;
  constructor(digits: string) {
    this.digits = digits;
  }
}

/**
 * The documents of a YAML stream as plain values: maps are `Map`s, aliases and merge keys are resolved.
 *
 * @throws UnusableContentError `invalid-utf8`, `invalid-yaml`, `duplicate-name`, `too-deep`, `unusable-aliases`
 */
export function parseYaml(bytes: Uint8Array): unknown[] {
  const content = utf8(bytes);
  const documents = within(() =>
    parseAllDocuments(content, {
      version: '1.1',
      merge: true,
      intAsBigInt: true,
      // The library's own check compares each key with each: 13 s for 50,000.
      uniqueKeys: false,
      customTags: (tags) => tags.flatMap(asPyYaml),
      logLevel: 'silent',
    }),
  );
  const error = documents.flatMap(({ errors }) => errors)[0];
  if (error !== undefined) {
    const line = error.linePos?.[0].line;
    const where = line === undefined ? '' : ` (line ${line})`;
    throw new UnusableContentError('invalid-yaml', `It is not valid YAML${where}: correct it.`);
  }
  for (const document of documents) within(() => check(document));
  return documents.map((document): unknown => {
    try {
      return document.toJS({ mapAsMap: true, maxAliasCount: MAX_ALIASES });
    } catch (cause) {
      throw new UnusableContentError(
        'unusable-aliases',
        `Its aliases (*name) cannot be followed, or stand for more than ${MAX_ALIASES} nodes: write the values out.`,
        { cause },
      );
    }
  });
}

/** Depth, and names set twice: PyYAML would silently take the last. */
function check(document: Document): void {
  visit(document, {
    Map(_, map, path) {
      if (path.length > MAX_DEPTH) throw tooDeep();
      const keys = new Set<unknown>();
      for (const { key } of map.items) {
        const name = isScalar(key) ? key.value : key;
        if (keys.has(name)) {
          const which = typeof name === 'string' ? ` (${name})` : '';
          throw new UnusableContentError('duplicate-name', `It sets a key twice${which}: keep one of the two.`);
        }
        keys.add(name);
      }
    },
    Seq(_, __, path) {
      if (path.length > MAX_DEPTH) throw tooDeep();
    },
  });
}

/** The library recurses: what is too deep for it overflows the stack. */
function within<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw cause instanceof RangeError ? tooDeep(cause) : cause;
  }
}

function tooDeep(cause?: unknown): UnusableContentError {
  return new UnusableContentError('too-deep', `It is nested deeper than ${MAX_DEPTH} levels: write it flat.`, {
    cause,
  });
}

/** The member at `path` of nested maps; `undefined` when there is none. */
export function memberAt(document: unknown, path: readonly string[]): unknown {
  return path.reduce((at, key) => (at instanceof Map ? (at.get(key) as unknown) : undefined), document);
}

/**
 * The map at `path` with values as they were written; empty when nothing is there.
 *
 * @throws UnusableContentError `unexpected-content` when something else is there
 */
export function writtenAt(document: unknown, path: readonly string[]): Map<string, Written> {
  const map = memberAt(document, path);
  if (map === undefined || map === null) return new Map();
  if (!(map instanceof Map)) {
    throw new UnusableContentError('unexpected-content', `Its ${path.join('.')} is no map: write name: value lines.`);
  }
  return new Map([...(map as Map<unknown, unknown>)].map(([name, value]) => [String(name), written(value)]));
}

function written(value: unknown): Written {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'boolean') return { kind: 'boolean', value };
  if (typeof value === 'bigint' || typeof value === 'number') return { kind: 'number', digits: String(value) };
  if (value instanceof Digits) return { kind: 'number', digits: value.digits };
  return value === null || value === undefined ? { kind: 'null' } : { kind: 'structure' };
}

const TRUE = /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const FALSE = /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/;

/** PyYAML's resolver, where the library's YAML 1.1 differs: single letters are text. Times stay text here. */
function asPyYaml(tag: Tags[number]): Tags {
  if (typeof tag !== 'object' || !('test' in tag) || tag.test === undefined) return [tag];
  const scalar = tag as ScalarTag;
  if (tag.tag === 'tag:yaml.org,2002:timestamp') return [];
  if (tag.tag === 'tag:yaml.org,2002:bool') return [{ ...scalar, test: tag.test.test('true') ? TRUE : FALSE }];
  if (tag.tag === 'tag:yaml.org,2002:float' && tag.test.test('59.90')) {
    return [{ ...scalar, resolve: (digits: string) => new Digits(digits.replaceAll('_', '')) }];
  }
  return [tag];
}
