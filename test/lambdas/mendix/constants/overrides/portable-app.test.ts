import { describe, expect, test } from 'vitest';
import { notesIn, refusalOf, settingsIn } from './places.ts';

const VIA = 'runtime.params.MicroflowConstants';
const read = (content: string) => settingsIn('portable_app', content);
const constants = (content: string) => `${VIA} {\n${content}\n}\n`;

describe('a constant of a portable app', () => {
  test.each([
    ['text in quotes', '"A.B" = "x \\"y\\" \\u00e9"', 'text "x \\"y\\" é"'],
    ['text in three quotes', '"A.B" = """a "b" \\n"""', 'text "a \\"b\\" \\\\n"'],
    ['text without quotes', '"A.B" = a b/c # why', 'text "a b/c"'],
    ['parts beside each other', '"A.B" = "a" b', 'text "a b"'],
    ['a number', '"A.B" = 59.90', 'number "59.90"'],
    ['a Boolean', '"A.B" : true', 'boolean true'],
    ['yes, which is a text', '"A.B" = yes', 'text "yes"'],
    ['null', '"A.B" = null', 'null'],
    ['a list', '"A.B" = [1, {a = b}, "c"]', 'structure'],
    ['an object', '"A.B" { c = d }', 'structure'],
    ['appended', '"A.B" += 1', 'structure'],
    ['a variable that must be there', `"A.B" = \${SALES_VAT}`, 'surely set, not read'],
    ['a variable within a text', `"A.B" = "https://"\${HOST}/x`, 'surely set, not read'],
    ['a variable that may be there', `"A.B" = \${?SALES_VAT}`, 'perhaps set, not read'],
  ])('%s', (_, line, written) => {
    expect(read(constants(`// first\n${line}\n`))).toEqual([`A.B ${VIA} = ${written}`]);
  });

  test.each([
    ['nested objects', 'runtime { params { MicroflowConstants { "A.B" = 1 } } }'],
    ['one path', 'runtime.params.MicroflowConstants."A.B" = 1'],
    ['braces round the file', '{ runtime: { "params": { MicroflowConstants: { "A.B": 1 } }, other: 2 } }'],
    ['commas and no line ends', 'a = 1, runtime.params { MicroflowConstants { "A.B" = 1 }, B = 2 }'],
    ['a value on the next line', 'runtime.params.MicroflowConstants =\n{ "A.B" =\n 1 }'],
  ])('is the same in %s', (_, content) => {
    expect(read(content)).toEqual([`A.B ${VIA} = number "1"`]);
  });

  test('is set by the last of the file', () => {
    expect(read(constants('"A.B" = 1\n"C.D" = 2\n"A.B" = 3'))).toEqual([
      `A.B ${VIA} = number "3"`,
      `C.D ${VIA} = number "2"`,
    ]);
  });

  test('has its default below the variable that may replace it', () => {
    expect(read(constants(`"A.B" = 1\n"A.B" = \${?A_B}`))).toEqual([
      `A.B ${VIA} = perhaps set, not read`,
      `A.B ${VIA} = number "1"`,
    ]);
  });

  test('without quotes round its name is not read', () => {
    expect(read(constants('A.B = 1'))).toEqual([`A.B ${VIA} = surely set, not read`]);
  });
});

describe('what may set any constant', () => {
  test.each([
    ['a file that is included', 'include "etc/more.conf"\n', 'anything include'],
    ['one by the word file', 'include file("etc/more.conf")\n', 'anything include'],
    ['one that is required', 'runtime { include required(classpath("x.conf")) }\n', 'anything include'],
    ['one with blanks and a bracket in its name', 'include required( file("a)b.conf" ) )\n', 'anything include'],
    ['a section out of a variable', `runtime.params = \${params}\n`, 'anything runtime.params'],
  ])('%s', (_, line, place) => {
    expect(read(`${constants('"A.B" = 1')}${line}`)).toEqual([place, `A.B ${VIA} = number "1"`]);
    expect(read(`${line}${constants('"A.B" = 1')}`)).toEqual([`A.B ${VIA} = number "1"`, place]);
    expect(notesIn('portable_app', line).length).toBe(1);
  });

  test('is not an include in another section', () => {
    expect(read(`logging { include "levels.conf" }\n${constants('"A.B" = 1')}`)).toEqual([`A.B ${VIA} = number "1"`]);
  });
});

test.each([
  ['a brace without its end', 'runtime {', 'invalid-hocon'],
  ['a brace too many', 'a = 1 }', 'invalid-hocon'],
  ['a name without a value', 'runtime.params', 'invalid-hocon'],
  ['a quote without its end', 'a = "x', 'invalid-hocon'],
  ['a tab in the name of an include', 'include ".\t-"', 'invalid-hocon'],
  ['an escape that JSON has not, in the name of an include', 'include file("\\q")', 'invalid-hocon'],
  ['an include by a word without quotes', 'include file(x)', 'invalid-hocon'],
  ['an include that is not one word', 'includefile("x")', 'invalid-hocon'],
  ['an include without its last bracket', 'include required(file("x")', 'invalid-hocon'],
  ['objects beside each other', `a = \${b} { c = 1 }`, 'invalid-hocon'],
  ['constants that are a list', `${VIA} = []`, 'unexpected-content'],
  ['constants that are a text', `${VIA} = x`, 'unexpected-content'],
  ['objects without end', '{a:'.repeat(100_000), 'invalid-hocon'],
])('%s is refused', (_, content, reason) => {
  expect(refusalOf('portable_app', content)).toBe(reason);
});

test('a file without constants sets none, and 4,000 of them are no obstacle', () => {
  expect(read('')).toEqual([]);
  expect(read('runtime.params.DatabaseName = x\nlogging = [{ name = a, levels {} }]\n')).toEqual([]);
  const many = Array.from({ length: 4000 }, (_, index) => `"M.C${index}" = v\n"M.C${index}" = \${?C_${index}}`);
  expect(read(constants(many.join('\n'))).length).toBe(8000);
  expect(read(constants('"A.B" = 1\ninclude "x"\n'.repeat(30_000))).length).toBe(2);
});
