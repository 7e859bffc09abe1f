import { describe, expect, test } from 'vitest';
import { broken, counted, mutantsOf } from './mutants.ts';
import { sampled } from './sample.ts';

const formsOf = (source: string) => mutantsOf('a.ts', source).map((mutant) => broken(source, mutant.replacement));

describe('a place of the code is broken in each way that an operator knows', () => {
  test('a condition, its boundary, its number and what it decides about', () => {
    expect(formsOf('if (a < 3) b();')).toEqual([
      'if (true) b();',
      'if (false) b();',
      'if (a <= 3) b();',
      'if (a < 4) b();',
      'if (a < 3) ;',
    ]);
  });

  test.each([
    ['const MAX_ROWS = 200;', ['const MAX_ROWS = Infinity;']],
    ['const good = /^a$/u;', ['const good = /a$/u;', 'const good = /^a/u;']],
    ["const list = ['a', b];", ['const list = [b];', "const list = ['a'];", 'const list = ["", b];']],
    ['const some = a && !b;', ['const some = (a) || (!b);', 'const some = a && b;']],
    ['const few = rows.filter(good);', ['const few = rows;']],
    [
      "const rule = { good: ['1', '2'], bad: ['x'], most: 3 };",
      ["const rule = { good: ['1', '2'], bad: ['x']};", "const rule = { good: ['1', '2'], bad: ['x'], most: 4 };"],
    ],
  ])('%s', (source, right) => {
    expect(new Set(formsOf(source))).toEqual(new Set(right));
  });

  test.each([
    "throw new RangeError('no such thing');",
    "const words = 'text for people';",
    "const first = parts[0] ?? '';",
  ])('and not %s', (source) => {
    const texts = formsOf(source).filter((text) => text !== ';');
    expect(texts.filter((text) => text !== source && !text.includes('parts[1]'))).toEqual([]);
  });
});

test('each statement and each body of an arrow function counts itself, and whether it is part of a function', () => {
  const reached: number[] = [];
  const inside = new Set<number>();
  globalThis.reached = (_, statement, isInside) => {
    reached.push(statement);
    if (isInside) inside.add(statement);
  };
  const code = counted('a.ts', 'const twice = (n) => n * 2;\nif (twice(1) > 1) { twice(2); }');
  new Function(code)();
  globalThis.reached = undefined;
  expect(reached).toEqual([0, 2, 1, 3, 1]);
  expect([...inside]).toEqual([1]);
});

test('a sample is the same in each run, and a line that is added in front moves no mutant of another line', () => {
  const source = 'if (a < 3) b();\nif (c > 4) d();\nif (e === 5) f();';
  const names = (text: string, most: number) => sampled(mutantsOf('a.ts', text), most).map(({ after }) => after);
  const few = names(source, 6);
  expect(few).toHaveLength(6);
  expect(names(source, 6)).toEqual(few);
  expect(names(`// A comment.\n${source}`, 6)).toEqual(few);
  expect(names(source, Number.POSITIVE_INFINITY)).toEqual(formsOfLines(source));
});

const formsOfLines = (source: string) => mutantsOf('a.ts', source).map(({ after }) => after);
