/**
 * YAML as PyYAML reads it, which m2ee-tools use: scalars by its resolver, of a key that comes twice the last, merge keys,
 * no tags but YAML's own. The `yaml` library gives the nodes and their style; its own YAML 1.1 differs from PyYAML's in
 * numbers, dates and Booleans, so what the nodes mean is decided here. `.ci/deep.d/formats.sh` compares the two.
 * Limits: docs/decisions/constant-values.md.
 */
import { Lexer, parseAllDocuments } from 'yaml';
import { utf8 } from '../../utf8.ts';
import type { Tree } from './tree.ts';
import { DocumentReader, invalidYaml, tooDeep } from './yaml-document.ts';
import { UnresolvableScalarError } from './yaml-scalar.ts';

/** What PyYAML's reader refuses wherever it stands: control characters, and half of a surrogate pair. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const UNPRINTABLE = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff]/;

export interface YamlStream {
  /** One for each document; an empty one is null. */
  documents: readonly Tree[];
  /** Keys that come more than once in one map. */
  duplicates: ReadonlySet<string>;
}

/**
 * The documents of a YAML stream. Aliases share what they stand for, so anchors that name each other cost nothing.
 *
 * @throws UnusableContentError `invalid-utf8`, `invalid-yaml`, `too-deep`, `unusable-aliases`
 */
export function parseYaml(bytes: Uint8Array): YamlStream {
  return parseYamlText(utf8(bytes));
}

/** The same for a YAML text within another file. */
export function parseYamlText(content: string): YamlStream {
  if (UNPRINTABLE.test(content) || hasTabBetweenTokens(content)) throw invalidYaml();
  const duplicates = new Set<string>();
  try {
    const documents = parseAllDocuments(content, {
      version: '1.1',
      schema: 'failsafe',
      resolveKnownTags: false,
      // The library's own check compares each key with each: 13 s for 50,000.
      uniqueKeys: false,
      logLevel: 'silent',
    });
    const error = [...documents].flatMap(({ errors }) => errors)[0];
    if (error !== undefined) throw invalidYaml(error.linePos?.[0].line);
    return {
      documents: [...documents].map(({ contents }) => new DocumentReader(content, duplicates).tree(contents, 0)),
      duplicates,
    };
  } catch (cause) {
    // The library recurses: what is too deep for it overflows the stack.
    if (cause instanceof RangeError) throw tooDeep(cause);
    throw cause instanceof UnresolvableScalarError ? invalidYaml() : cause;
  }
}

/** Outside quotes, blocks of text and comments PyYAML takes no tab at all, not even at the end of a line. */
function hasTabBetweenTokens(content: string): boolean {
  if (!content.includes('\t')) return false;
  let block = false;
  for (const lexeme of new Lexer().lex(content)) {
    if (lexeme === '\x1f') continue;
    if (lexeme.includes('\t') && !block && !/^["'#]/.test(lexeme)) return true;
    block = /^[|>]/.test(lexeme) || (block && /^[ #\n]/.test(lexeme));
  }
  return false;
}
