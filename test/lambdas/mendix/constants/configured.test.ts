import { describe, expect, test } from 'vitest';
import { type Constant, resolveConstants } from '../../../../lambdas/mendix/constants/configured.ts';
import { parseModel } from '../../../../lambdas/mendix/constants/model.ts';
import { parseOverrides } from '../../../../lambdas/mendix/constants/overrides/parse.ts';
import { type ConstantType, typed, type Written } from '../../../../lambdas/mendix/constants/value.ts';
import type { OverrideSource } from '../../../../lambdas/settings.ts';
import { type DeclaredIn, metadataJson } from '../archive/archives.ts';

const text = (value: string): Written => ({ kind: 'text', text: value });
const number = (digits: string): Written => ({ kind: 'number', digits });

describe('a value in its declared type', () => {
  test.each<[ConstantType, Written, unknown]>([
    ['string', text('0'), '0'],
    ['string', text(''), ''],
    ['integer', text('0'), 0],
    ['integer', text('-42'), -42],
    ['integer', number('8080'), 8080],
    ['integer', text('9223372036854775807'), '9223372036854775807'],
    ['boolean', text('True'), true],
    ['boolean', text('false'), false],
    ['boolean', { kind: 'boolean', value: true }, true],
    ['decimal', text('21.00'), '21.00'],
    ['decimal', number('0.10'), '0.10'],
    ['decimal', text('12345678901234567890.123'), '12345678901234567890.123'],
    ['decimal', number('3'), '3'],
    ['date_time', text('2013-12-20T16:02:32'), '2013-12-20T16:02:32'],
    ['date_time', text('2013-12-20T16:02:32Z'), '2013-12-20T16:02:32Z'],
  ])('%s from %j is %j', (type, written, value) => {
    expect(typed(written, type)).toMatchObject({ value, note: null });
  });

  test.each<[ConstantType, Written]>([
    ['string', number('1')],
    ['string', { kind: 'boolean', value: true }],
    ['integer', text('')],
    ['integer', text('1.0')],
    ['integer', text('1e3')],
    ['integer', text(' 1')],
    ['integer', text('9223372036854775808')],
    ['integer', { kind: 'boolean', value: true }],
    ['boolean', text('1')],
    ['boolean', text('yes')],
    ['boolean', number('1')],
    ['decimal', text('1,5')],
    ['decimal', text('Infinity')],
    ['date_time', text('2013-02-30T00:00:00')],
    ['date_time', text('20.12.2013')],
    ['date_time', number('1387555352000')],
    ['string', { kind: 'null' }],
    ['string', { kind: 'structure' }],
  ])('%s from %j is null with a note, never a guess', (type, written) => {
    const { value, note } = typed(written, type);
    expect(value).toBe(null);
    expect(note).toMatch(/^It is set to /);
  });

  test('equal values are equal whatever their notation, and only then', () => {
    const same = (type: ConstantType, one: Written, other: Written) =>
      typed(one, type).canonical === typed(other, type).canonical;
    expect(same('decimal', text('1.50'), number('1.5'))).toBe(true);
    expect(same('decimal', text('-0.0'), text('0'))).toBe(true);
    expect(same('decimal', text('100'), text('1'))).toBe(false);
    expect(same('boolean', text('True'), { kind: 'boolean', value: true })).toBe(true);
    expect(same('integer', text('007'), number('7'))).toBe(true);
    expect(same('date_time', text('2026-01-01 00:00'), text('2026-01-01T00:00:00'))).toBe(true);
    expect(same('date_time', text('2026-01-01T00:00:00'), text('2026-01-01T00:00:00Z'))).toBe(false);
    expect(same('string', text('1.50'), text('1.5'))).toBe(false);
    expect(typed(text('1'), 'string').canonical).not.toBe(typed(text('1'), 'integer').canonical);
  });
});

type File = [format: OverrideSource['format'], content: string];

function resolve(declared: readonly DeclaredIn[] | null, ...files: File[]): Map<string, Constant> {
  const model =
    declared === null ? null : { source: 'archive', content: parseModel(Buffer.from(metadataJson(declared))) };
  const overrides = files.map(([format, content], index) => ({
    source: `file-${index + 1}`,
    content: parseOverrides(format, Buffer.from(content)),
  }));
  const constants = resolveConstants(model, overrides, { secret: [], not_secret: [] });
  return new Map(constants.map((constant) => [constant.name, constant]));
}

const short = (constant: Constant | undefined) =>
  constant === undefined
    ? 'nothing'
    : `${constant.state} ${JSON.stringify(constant.winner?.typed?.value ?? null)} ${constant.winner?.source ?? '-'}`;

const declared: DeclaredIn[] = [{ Name: 'A.B', Type: 'String', DefaultValue: 'model' }];
const m2ee = (value: string): File => ['m2ee_yaml', `mxruntime:\n  MicroflowConstants:\n    A.B: ${value}\n`];
const environment = (content: string): File => ['environment_file', content];
const json = (content: object): File => ['json_map', JSON.stringify(content)];

describe('precedence', () => {
  test.each<[string, File[], string]>([
    ['without an override the model’s default is configured', [], 'default "model" archive'],
    ['an override wins over the model', [m2ee('yaml')], 'overridden "yaml" file-1'],
    ['the first configured source wins', [json({ 'A.B': 'json' }), m2ee('yaml')], 'overridden "json" file-1'],
    [
      'a source without the constant leaves it to the next',
      [json({ 'C.D': 1 }), m2ee('yaml')],
      'overridden "yaml" file-2',
    ],
    [
      'a variable wins over CONSTANTS',
      [environment('MX_A_B=variable\nCONSTANTS={"A.B":"map"}')],
      'overridden "variable" file-1',
    ],
    ['CONSTANTS wins over the model', [environment('CONSTANTS={"A.B":"map"}')], 'overridden "map" file-1'],
    [
      'a null in CONSTANTS leaves the default, as the buildpack does',
      [environment('CONSTANTS={"A.B":null}')],
      'default "model" archive',
    ],
    ['a null in m2ee.yaml replaces the default, as m2ee does', [m2ee('~')], 'overridden null file-1'],
    ['an empty variable is a value', [environment('MX_A_B=')], 'overridden "" file-1'],
    [
      'mxruntime wins over custom',
      [['m2ee_yaml', 'custom: {A.B: c}\nmxruntime: {MicroflowConstants: {A.B: m}}']],
      'overridden "m" file-1',
    ],
    ['custom wins over the model', [['m2ee_yaml', 'custom: {A.B: c}']], 'overridden "c" file-1'],
  ])('%s', (_, files, expected) => {
    expect(short(resolve(declared, ...files).get('A.B'))).toBe(expected);
  });

  test('all candidates are there in order, the default last', () => {
    const constant = resolve(declared, environment('MX_A_B=v\nCONSTANTS={"A.B":"m"}'), m2ee('y')).get('A.B');
    expect(constant?.candidates.map(({ source, via }) => `${source} ${via}`)).toEqual([
      'file-1 MX_A_B',
      'file-1 CONSTANTS',
      'file-2 mxruntime.MicroflowConstants',
      'archive DefaultValue',
    ]);
  });
});

describe('a variable that may mean several constants', () => {
  const both: DeclaredIn[] = [
    { Name: 'A_B.C', Type: 'String', DefaultValue: '1' },
    { Name: 'A.B_C', Type: 'String', DefaultValue: '2' },
  ];

  test('sets all that the model declares, as the buildpack does, and each names the others', () => {
    const constants = resolve(both, environment('MX_A_B_C=v'));
    expect(short(constants.get('A_B.C'))).toBe('overridden "v" file-1');
    expect(short(constants.get('A.B_C'))).toBe('overridden "v" file-1');
    expect(constants.get('A_B.C')?.shares_variable_with).toEqual(['A.B_C']);
  });

  test('is not ambiguous when the model declares only one of them', () => {
    const constants = resolve(both.slice(0, 1), environment('MX_A_B_C=v'));
    expect(constants.get('A_B.C')?.shares_variable_with).toEqual([]);
    expect(constants.size).toBe(1);
  });

  test('keeps its own name when the model declares none, and is not guessed', () => {
    expect(short(resolve([], environment('MX_A_B_C=v')).get('MX_A_B_C'))).toBe('obsolete "v" file-1');
    expect(short(resolve([], environment('MX_A_B=v')).get('A.B'))).toBe('obsolete "v" file-1');
  });
});

describe('state', () => {
  test.each<[string, DeclaredIn, string]>([
    ['an empty text is a value', { Name: 'A.B', Type: 'String', DefaultValue: '' }, 'default ""'],
    ['an empty default of another type is none', { Name: 'A.B', Type: 'DateTime', DefaultValue: '' }, 'missing null'],
    ['so is an absent one', { Name: 'A.B', Type: 'String' }, 'missing null'],
    ['and null', { Name: 'A.B', Type: 'String', DefaultValue: null }, 'missing null'],
    [
      'a default that does not fit is there all the same',
      { Name: 'A.B', Type: 'Integer', DefaultValue: 'x' },
      'default null',
    ],
  ])('%s', (_, declaration, expected) => {
    expect(short(resolve([declaration]).get('A.B'))).toMatch(expected);
  });

  test('what the model does not declare is obsolete, whatever sets it', () => {
    expect(short(resolve([], m2ee('y')).get('A.B'))).toBe('obsolete "y" file-1');
  });

  test('without a model nothing is obsolete', () => {
    expect(short(resolve(null, m2ee('y')).get('A.B'))).toBe('overridden "y" file-1');
  });

  test('a type that is not known gives no value, and says so', () => {
    const constant = resolve([{ Name: 'A.B', Type: 'Enumeration', DefaultValue: 'x' }]).get('A.B');
    expect(constant).toMatchObject({ type: null, state: 'default', note: expect.stringContaining('Enumeration') });
  });
});

describe('a secret store', () => {
  const app = (constants: string): File => [
    'mendix_app',
    `kind: MendixApp\nspec: {runtime: {microflowConstants: {${constants}}}}\n---\nkind: ExternalSecret\ndata: [mx-const-A.B]\n`,
  ];

  test('overrides with a value that is not known', () => {
    const constant = resolve(declared, app('')).get('A.B');
    expect(constant).toMatchObject({ state: 'overridden', secret: 'secret-store', precedence_unknown: false });
    expect(constant?.winner?.typed).toBe(null);
  });

  test('beside a value in clear, claims no winner and says why', () => {
    const constant = resolve(declared, app('A.B: clear')).get('A.B');
    expect(constant?.winner?.typed).toBe(null);
    expect(constant).toMatchObject({ precedence_unknown: true, note: expect.stringContaining('not documented') });
  });

  test('below a source that comes first, does not count', () => {
    expect(short(resolve(declared, m2ee('y'), app('')).get('A.B'))).toBe('overridden "y" file-1');
  });
});
