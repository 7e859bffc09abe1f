/** Made inputs: all short texts over the signs that matter, and longer ones of the pieces that files are made of. */
import fc from 'fast-check';

const SIGNS = [...'0179.-+_:exbo~nN=<'];

/** What a plain scalar may be to somebody: words, numbers, dates, and all texts of one to three signs. */
export function scalars(): string[] {
  const two = SIGNS.flatMap((one) => SIGNS.map((other) => one + other));
  const three = two.flatMap((pair) => SIGNS.map((sign) => pair + sign));
  const words =
    'yes Yes YES yES no on On off OFF y Y n N true True TRUE tRue false null Null NULL nuLL ~ << = .inf'.split(' ');
  const numbers = (
    '.Inf -.INF +.inf .nan .NaN -.nan 0b1 0b2 0B1 0o7 0x1F 0X1F 0xG 1_000 1__0 _1 1_ 0_ 00 01 08 09 0777 -017 +0b1 -0x_f ' +
    '190:20:30 190:60:30 1:30 01:30 1:30.5 -1:30 1:2:3.4_5 1e3 1.e+3 1.5e3 1.5e+3 1.5E-3 .5 -.5 .5e+1 1. 1._ -1. +1.5 1,5 ' +
    '0.1.2 1.2.3 12345678901234567890 1.7976931348623157e+309 685.230_15e+03 685_230.15 59.90 0.10 1e-7 0.0000001'
  ).split(' ');
  const dates = (
    '2001-12-14 2001-1-4 2001-12-14T21:59:43 2001-12-14t21:59:43.10-05:00 2001-12-14T21:59:43Z 2001-12-14T1:2:3 2001-02-30 ' +
    '2001-12-14T24:00:00 2001-12-14T21:60:00 0000-01-01 9999-12-31 10000-01-01 2001-12-14T21:59:43.1234567 2001-12-14T21:59:43. ' +
    '2001-12-14T21:59:43+5 2001-12-14T21:59:43+05:30 2001-12-14T21:59:43-5:00 2001-12-14T21:59 2001-12-14T21:59:43+25:00'
  ).split(' ');
  const spaced = ['2001-12-14 21:59:43', '2001-12-14  21:59:43.10 -5', '2001-1-1 1:02:03 Z', '2001-12-14\t21:59:43'];
  return [...SIGNS, ...two, ...three, ...words, ...numbers, ...dates, ...spaced];
}

/** Random texts of the pieces, the same for the same seed. */
export function mixtures(pieces: readonly string[], most: number, seed: number, count: number): string[] {
  const mixture = fc
    .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: most })
    .map((parts) => parts.join(''));
  return fc.sample(mixture, { seed, numRuns: count });
}

export const SCALAR_PIECES = [...SIGNS, '12', '2001-12-14', 'T', '21:59:43', 'true', 'a', ' ', 'E', 'inf', '0x', '0b'];

export const YAML_PIECES = [
  ...[
    'a: ',
    'b: ',
    'A.B: ',
    '- ',
    '? ',
    '\n',
    '\n  ',
    '\n    ',
    '  ',
    ' ',
    '# c',
    ' # c',
    '&x ',
    '*x',
    '<<: ',
    '!!str ',
    '!!int ',
  ],
  ...[
    '!!float ',
    '!!bool ',
    '!x ',
    '!!map ',
    '!!seq ',
    '! ',
    '{',
    '}',
    '[',
    ']',
    ', ',
    '"',
    "'",
    '\\',
    '\\n',
    '|',
    '>',
    '|-',
    '>+',
    '---\n',
  ],
  'x',
  '1',
  '0123',
  'yes',
  '1.50',
  '~',
  '2001-12-14',
  '=',
  '<<',
  'é',
  '😀',
  '\t',
  '@',
  '`',
  '\r\n',
];

export const JSON_PIECES = [
  ...[
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"b"',
    '"A.B"',
    '1',
    '0',
    '-',
    '1.50',
    '1e5',
    '1E-7',
    '0.1',
    '01',
    '.5',
    'NaN',
    'Infinity',
  ],
  ...[
    '-Infinity',
    'true',
    'false',
    'null',
    ' ',
    '\n',
    '"\\n"',
    '"\\ud83d"',
    '"\\u00e9"',
    '"',
    '\\',
    "'",
    '12345678901234567890',
    '"a":1',
    '"a":',
  ],
];

export const ENVIRONMENT_PIECES = [
  ...[
    'MX_A=',
    'B=',
    'export ',
    'C:',
    '=',
    ' ',
    '\n',
    '\n',
    '#',
    ' #',
    '"',
    "'",
    '\\',
    '\\n',
    '\\"',
    "\\'",
    '\\$',
    '\\\\',
    '$',
    '$$',
  ],
  ...[
    '$B',
    `\${B}`,
    `\${B:-x}`,
    `\${B-x}`,
    `\${B:+x}`,
    `\${B+x}`,
    `\${B:?x}`,
    `\${B?`,
    `\${`,
    '{',
    '}',
    `\${B:-\${C}}`,
    '$MX_A',
    'x',
    'y z',
    '1',
    '-',
    '.',
  ],
  ...['[', ']', '%', '\t', '\r\n', '\\012', '\\0101', 'é', '2F=', ':', 'D\n', '\\c', '\\t', '\u00a0', '\\ '],
];

export const HOCON_PIECES = [
  ...[
    'a',
    'b',
    '"A.B"',
    '"c"',
    'a.b',
    ' ',
    ' ',
    '\n',
    '\n',
    ',',
    '=',
    ' = ',
    ':',
    '{',
    '}',
    '{\n',
    '\n}',
    '[',
    ']',
    '+=',
    'include file(',
    ')',
    '# c\n',
    '// c\n',
  ],
  ...[
    '1',
    '1.50',
    '-3',
    '0123',
    '1e5',
    '.5',
    'true',
    'no',
    'null',
    'x y',
    '"x y"',
    '"""q"q"""',
    '"\\n\\u00e9"',
    '"',
    '"""',
    '\\',
    "'",
    '/',
    '-',
  ],
  ...[
    'a = 1\n',
    'b { c = 2 }\n',
    '"A.B" = "v"\n',
    'é',
    '?',
    '*',
    '\t',
    '\u00a0',
    '+',
    '.',
    'include',
    '1 2',
    'a.',
    '.a',
    'd = [1, 2]\n',
  ],
];
