/** Of the forms of secrets and of harmless texts: mutants that no test can notice, or need not. */
import type { Accepted } from './entry.ts';

export const ACCEPTED_FORMS: readonly Accepted[] = [
  {
    why: 'A measured bound: no token has that very entropy.',
    mutants: [
      [
        'lambdas/mendix/secrets/credential/random.ts',
        'return entropy(value) >= MIN_ENTROPY && changes(value) >= value.length * MIN_CHANGES;',
        'return entropy(value) > MIN_ENTROPY && changes(value) >= value.length * MIN_CHANGES;',
      ],
    ],
  },
  {
    why: 'A short cut for lines that give nothing: the long way finds nothing either.',
    mutants: [
      [
        'lambdas/mendix/secrets/credential/said.ts',
        'if (!GIVING.test(line)) return false;',
        'if (false) return false;',
      ],
    ],
  },
  {
    why: 'A whole text has been looked at for credentials before: once more changes nothing but the depth, which is counted from there.',
    mutants: [
      [
        'lambdas/mendix/secrets/harmless/gate.ts',
        'return text.length <= MAX_LENGTH && isHarmlessAt(text.trim(), name, 0);',
        'return text.length <= MAX_LENGTH && isHarmlessAt(text.trim(), name, 1);',
      ],
    ],
  },
  {
    why: 'More is masked by it, of texts that nobody writes.',
    mutants: [
      [
        'lambdas/mendix/secrets/harmless/documents.ts',
        "return part.length <= 60 && /^[\\p{L}\\p{M}\\p{N}_. -]+$/u.test(part) && readName(part).kind === 'secret';",
        "return part.length <= 60 && /[\\p{L}\\p{M}\\p{N}_. -]+$/u.test(part) && readName(part).kind === 'secret';",
      ],
      [
        'lambdas/mendix/secrets/harmless/documents.ts',
        ".every((part) => /^[$%.]?$/.test(part) || isHarmlessPart(part.replace(/^[$%]|%$/g, ''), null)),",
        ".every((part) => /^[$%.]?$/.test(part) || isHarmlessPart(part.replace(/^[$%]|%/g, ''), null)),",
      ],
      [
        'lambdas/mendix/secrets/harmless/words.ts',
        'const hasYear = tokens.some((token) => /^\\P{L}?\\d{4,}\\P{L}?$/u.test(token)) && /\\p{L}{4}/u.test(text);',
        'const hasYear = tokens.some((token) => /\\P{L}?\\d{4,}\\P{L}?$/u.test(token)) && /\\p{L}{4}/u.test(text);',
      ],
      [
        'lambdas/mendix/secrets/harmless/words.ts',
        'const hasYear = tokens.some((token) => /^\\P{L}?\\d{4,}\\P{L}?$/u.test(token)) && /\\p{L}{4}/u.test(text);',
        'const hasYear = tokens.some((token) => /^\\P{L}?\\d{4,}\\P{L}?/u.test(token)) && /\\p{L}{4}/u.test(text);',
      ],
    ],
  },
  {
    why: 'What is around the brackets of an address is no host, so that it is refused either way.',
    mutants: [
      [
        'lambdas/mendix/secrets/harmless/url.ts',
        "const [name = '', ...services] = /^\\[[^\\]]*\\]$/.test(host) ? [host] : host.split(':');",
        "const [name = '', ...services] = /\\[[^\\]]*\\]$/.test(host) ? [host] : host.split(':');",
      ],
      [
        'lambdas/mendix/secrets/harmless/url.ts',
        "const [name = '', ...services] = /^\\[[^\\]]*\\]$/.test(host) ? [host] : host.split(':');",
        "const [name = '', ...services] = /^\\[[^\\]]*\\]/.test(host) ? [host] : host.split(':');",
      ],
      [
        'lambdas/mendix/secrets/harmless/url.ts',
        'return /^(?:[\\p{L}\\p{N}*_-]|\\{\\w*\\}|(?<=.)\\.(?!\\.)){0,255}$/u.test(text) || /^\\[[0-9a-f:.]{2,45}\\]$/i.test(text);',
        'return /^(?:[\\p{L}\\p{N}*_-]|\\{\\w*\\}|(?<=.)\\.(?!\\.)){0,255}$/u.test(text) || /\\[[0-9a-f:.]{2,45}\\]$/i.test(text);',
      ],
    ],
  },
  {
    why: 'No word has digits and letters, or the word key twice; no name is none of the list.',
    mutants: [
      [
        'lambdas/mendix/secrets/name/name.ts',
        "const last = words.findLast((word) => !/^\\p{N}+$/u.test(word)) ?? '';",
        "const last = words.findLast((word) => !/^\\p{N}+/u.test(word)) ?? '';",
      ],
      [
        'lambdas/mendix/secrets/name/name.ts',
        "const last = words.findLast((word) => !/^\\p{N}+$/u.test(word)) ?? '';",
        'const last = (words.findLast((word) => !/^\\p{N}+$/u.test(word)));',
      ],
      [
        'lambdas/mendix/secrets/name/keys.ts',
        "if (word !== 'key' && word !== 'keys') return !LOOKUPS.has(word.replace(/keys?$/, ''));",
        "if (word !== 'key' && word !== 'keys') return !LOOKUPS.has(word.replace(/keys?/, ''));",
      ],
    ],
  },
];
