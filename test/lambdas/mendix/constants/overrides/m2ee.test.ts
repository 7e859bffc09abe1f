import { describe, expect, test } from 'vitest';
import { MAX_OVERRIDES_BYTES } from '../../../../../lambdas/mendix/constants/overrides/parse.ts';
import { notesIn, refusalOf, settingsIn } from './places.ts';

const m2ee = (constants: string) => `mxruntime:\n  MicroflowConstants:\n    ${constants.replaceAll('\n', '\n    ')}\n`;
const sets = (written: string) => [`A.B mxruntime.MicroflowConstants = ${written}`];

describe('a value in m2ee.yaml is what PyYAML makes of it', () => {
  test.each([
    ['text', 'A.B: hello', 'text "hello"'],
    ['quoted digits', 'A.B: "0123"', 'text "0123"'],
    ['an integer', 'A.B: 8080', 'number "8080"'],
    ['an integer with underscores', 'A.B: 1_000', 'number "1000"'],
    ['an octal number', 'A.B: 0123', 'number "83"'],
    ['what only YAML 1.2 has as octal', 'A.B: 0o17', 'text "0o17"'],
    ['a hexadecimal number', 'A.B: 0x1F', 'number "31"'],
    ['a binary number', 'A.B: -0b101', 'number "-5"'],
    ['digits that are not octal', 'A.B: 08', 'text "08"'],
    ['a number to base 60', 'A.B: 1:30', 'number "90"'],
    ['a fraction to base 60', 'A.B: 1:30.5', 'number "90.5"'],
    ['a number beyond 2^53', 'A.B: 9223372036854775807', 'number "9223372036854775807"'],
    ['a decimal with its digits', 'A.B: 59.90', 'number "59.90"'],
    ['a decimal with more digits than a double has', 'A.B: 0.12345678901234567890', 'number "0.12345678901234568"'],
    ['a decimal without a digit before the point', 'A.B: .5', 'number ".5"'],
    ['a sign before such a decimal', 'A.B: -.5', 'text "-.5"'],
    ['an exponent without a sign', 'A.B: 1.5e3', 'text "1.5e3"'],
    ['an exponent with one', 'A.B: 1.5e+3', 'number "1.5e+3"'],
    ['infinity', 'A.B: -.inf', 'number "-Infinity"'],
    ['not a number', 'A.B: .NaN', 'number "NaN"'],
    ['a Boolean', 'A.B: true', 'boolean true'],
    ['a YAML 1.1 Boolean', 'A.B: no', 'boolean false'],
    ['another one', 'A.B: On', 'boolean true'],
    ['a single letter', 'A.B: n', 'text "n"'],
    ['a time', 'A.B: 2013-12-20T16:02:32', 'date "2013-12-20T16:02:32"'],
    ['a time in short', 'A.B: 2013-2-1 1:02:03.5 -5', 'date "2013-02-01T01:02:03.5-05:00"'],
    ['a quoted time', 'A.B: "2013-12-20T16:02:32"', 'text "2013-12-20T16:02:32"'],
    ['null', 'A.B: ~', 'null'],
    ['nothing', 'A.B:', 'null'],
    ['a list', 'A.B: [1, 2]', 'structure'],
    ['a map', 'A.B: {c: d}', 'structure'],
    ['a folded text', 'A.B: >-\n  one\n  two', 'text "one two"'],
    ['a text made so by a tag', 'A.B: !!str 12', 'text "12"'],
    ['a number made so by a tag', 'A.B: !!int "12"', 'number "12"'],
    ['an anchor and its alias', 'X.Y: &x v\nA.B: *x', 'text "v"'],
  ])('%s', (_, constants, written) => {
    expect(settingsIn('m2ee_yaml', m2ee(constants)).filter((line) => line.startsWith('A.B'))).toEqual(sets(written));
  });

  test('merge keys are followed, and what the map has itself wins', () => {
    const yaml =
      'all: &all {A.B: shared, A.C: shared}\nmxruntime:\n  MicroflowConstants:\n    A.C: own\n    <<: *all\n';
    expect(settingsIn('m2ee_yaml', yaml)).toEqual([
      ...sets('text "shared"'),
      'A.C mxruntime.MicroflowConstants = text "own"',
    ]);
  });

  test('of a name that comes twice the last counts, and the file says so', () => {
    expect(settingsIn('m2ee_yaml', m2ee('A.B: 1\nA.B: 2'))).toEqual(sets('number "2"'));
    expect(notesIn('m2ee_yaml', m2ee('A.B: 1\nA.B: 2'))).toEqual([
      'It has the key A.B more than once; the last counts.',
    ]);
    expect(notesIn('m2ee_yaml', m2ee('A.B: 1'))).toEqual([]);
  });

  test('a BOM and Windows line ends are no obstacle', () => {
    const windows = `\ufeff${m2ee('A.B: hello')}`.replaceAll('\n', '\r\n');
    expect(settingsIn('m2ee_yaml', windows)).toEqual(sets('text "hello"'));
  });
});

describe('where m2ee.yaml sets constants', () => {
  test('the custom section of older releases is below mxruntime', () => {
    expect(settingsIn('m2ee_yaml', `custom:\n  A.B: old\n${m2ee('A.B: new')}`)).toEqual([
      'A.B mxruntime.MicroflowConstants = text "new"',
      'A.B custom = text "old"',
    ]);
  });

  test('a file that is included comes over it and may set anything', () => {
    const yaml = `include:\n  - /etc/m2ee/more.yaml\n${m2ee('A.B: 1')}`;
    expect(settingsIn('m2ee_yaml', yaml)).toEqual(['anything include', ...sets('number "1"')]);
    expect(notesIn('m2ee_yaml', yaml)).toEqual([
      'It includes 1 other file, which may set any constant and are not read.',
    ]);
  });

  test('an include that is no list is none, as m2ee has it', () => {
    expect(settingsIn('m2ee_yaml', `include: more.yaml\n${m2ee('A.B: 1')}`)).toEqual(sets('number "1"'));
    expect(settingsIn('m2ee_yaml', `include: []\n${m2ee('A.B: 1')}`)).toEqual(sets('number "1"'));
  });

  test.each([
    ['an empty file', ''],
    ['comments only', '# nothing\n'],
    ['no constants', 'm2ee:\n  app_name: Shop\n'],
    ['a section without content', 'mxruntime:\n  MicroflowConstants:\n'],
  ])('%s sets nothing', (_, yaml) => {
    expect(settingsIn('m2ee_yaml', yaml)).toEqual([]);
  });
});

describe('an m2ee.yaml that m2ee cannot read is refused', () => {
  test.each([
    ['a tab as indentation', 'mxruntime:\n\tMicroflowConstants:', 'invalid-yaml'],
    ['a list of constants', 'mxruntime:\n  MicroflowConstants: [A.B]\n', 'unexpected-content'],
    ['a text instead of a map', 'hello', 'unexpected-content'],
    ['two documents', `${m2ee('A.B: 1')}---\n${m2ee('A.B: 2')}`, 'unexpected-content'],
    ['bytes that are no UTF-8', Buffer.from([0x41, 0x3a, 0x20, 0xff]), 'invalid-utf8'],
    ['an unknown alias', m2ee('A.B: *nobody'), 'invalid-yaml'],
    ['30 February', m2ee('A.B: 2013-02-30'), 'invalid-yaml'],
    ['a tag that PyYAML does not know', m2ee('A.B: !secret x'), 'invalid-yaml'],
    ['a control character', m2ee('A.B: "a\u0007"'), 'invalid-yaml'],
    ['a number of 5,000 digits', m2ee(`A.B: ${'9'.repeat(5000)}`), 'invalid-yaml'],
    ['a number to base 60 that goes on and on', m2ee(`A.B: 1${':1'.repeat(100_000)}`), 'invalid-yaml'],
    ['a list as a key', m2ee('? [A.B]\n: 1'), 'invalid-yaml'],
    [
      'a large map that is merged into many',
      `all: &all {${Array.from({ length: 20_000 }, (_, at) => `k${at}: v`).join(', ')}}\nlist:\n${'- <<: *all\n'.repeat(20_000)}`,
      'unusable-aliases',
    ],
    ['deep nesting', Array.from({ length: 200 }, (_, level) => `${' '.repeat(level)}a:`).join('\n'), 'too-deep'],
    ['brackets without end', `a: ${'['.repeat(100_000)}`, 'invalid-yaml'],
    ['more than the limit', ' '.repeat(MAX_OVERRIDES_BYTES + 1), 'too-large'],
  ])('%s', (_, yaml, reason) => {
    expect(refusalOf('m2ee_yaml', yaml)).toBe(reason);
  });

  test('but 30,000 constants and anchors that multiply each other are no obstacle', () => {
    const many = Array.from({ length: 30_000 }, (_, index) => `M.C${index}: v`).join('\n');
    expect(settingsIn('m2ee_yaml', m2ee(many)).length).toBe(30_000);
    expect(settingsIn('m2ee_yaml', `${multiplying(30)}${m2ee('A.B: 1')}`)).toEqual(sets('number "1"'));
  });
});

/** Each level repeats the one before nine times: 9^30 texts if they were written out. */
function multiplying(levels: number): string {
  const nine = (name: string) => `[${Array.from({ length: 9 }, () => name).join(', ')}]`;
  const lines = Array.from({ length: levels }, (_, level) => `l${level + 1}: &l${level + 1} ${nine(`*l${level}`)}`);
  return ['l0: &l0 boom', ...lines, ''].join('\n');
}
