import { describe, expect, test } from 'vitest';
import type { OverrideSource } from '../../../../lambdas/environment-settings.ts';
import type { Constant } from '../../../../lambdas/mendix/constants/constant.ts';
import { parseModel } from '../../../../lambdas/mendix/constants/model.ts';
import type { Overrides } from '../../../../lambdas/mendix/constants/overrides/overrides.ts';
import { resolveConstants } from '../../../../lambdas/mendix/constants/resolution.ts';
import { type DeclaredIn, metadataJson } from '../archive/archives.ts';
import { parseOverrides } from './overrides/places.ts';

type File = [format: OverrideSource['format'], content: string];

function resolve(declared: readonly DeclaredIn[] | null, ...files: File[]): Map<string, Constant> {
  const model =
    declared === null ? null : { source: 'archive', content: parseModel(Buffer.from(metadataJson(declared))) };
  const overrides = files.map(([format, content], index) => ({
    source: `file-${index + 1}`,
    content: parseOverrides(format, Buffer.from(content)),
  }));
  const constants = resolveConstants(model, overrides, { secret: [], not_secret: [], secrecy: 'strict' });
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
    `kind: MendixApp\nspec: {runtime: {microflowConstants: {${constants}}}}\n---\nkind: ExternalSecret\nspec: {data: [{secretKey: mx-const-A.B}]}\n`,
  ];

  test('overrides with a value that is not known', () => {
    const constant = resolve(declared, app('')).get('A.B');
    expect(constant).toMatchObject({ state: 'overridden', secret: 'secret-store', precedence_unknown: false });
    expect(constant?.winner?.typed).toBe(null);
  });

  test('beside a value in clear, claims no winner and says why', () => {
    const constant = resolve(declared, app('A.B: clear')).get('A.B');
    expect(constant).toMatchObject({ winner: null, value_known: false, state: 'overridden', precedence_unknown: true });
    expect(constant?.note).toContain('not documented');
  });

  test('has no winner beside the custom configuration either, unless the two set the same', () => {
    const both = (one: string, other: string): File => [
      'mendix_app',
      `kind: MendixApp\nspec: {runtime: {microflowConstants: {A.B: ${one}}, customConfiguration: '{"MicroflowConstants":{"A.B":"${other}"}}'}}\n`,
    ];
    expect(resolve(declared, both('x', 'y')).get('A.B')).toMatchObject({ winner: null, precedence_unknown: true });
    expect(short(resolve(declared, both('x', 'x')).get('A.B'))).toBe('overridden "x" file-1');
  });

  test('below a source that comes first, does not count', () => {
    expect(short(resolve(declared, m2ee('y'), app('')).get('A.B'))).toBe('overridden "y" file-1');
  });
});

describe('a place that is not read may set anything', () => {
  const UNREAD = { source: 'broken', content: unreadOverrides() };
  const model = { source: 'archive', content: parseModel(Buffer.from(metadataJson(declaredConstants()))) };
  const set = (constants: object) => ({
    source: 'set',
    content: parseOverrides('json_map', Buffer.from(JSON.stringify(constants))),
  });
  const constantNamed = (name: string, ...overrides: Parameters<typeof resolveConstants>[1]) =>
    resolveConstants(model, overrides, { secret: [], not_secret: [], secrecy: 'strict' }).find(
      (constant) => constant.name === name,
    );

  test('so the default below it is not claimed, nor that the constant is missing', () => {
    for (const name of ['M.Plain', 'M.Need']) {
      expect(constantNamed(name, UNREAD)).toMatchObject({
        winner: null,
        value_known: false,
        state: null,
        note: 'It may be set.',
      });
    }
  });

  test('so what a source below it sets is not claimed; but set it is', () => {
    expect(constantNamed('M.Plain', UNREAD, set({ 'M.Plain': 'x' }))).toMatchObject({
      winner: null,
      value_known: false,
      state: 'overridden',
      note: 'It may be set.',
    });
    expect(constantNamed('Old.Name', UNREAD, set({ 'Old.Name': 'x' }))).toMatchObject({
      value_known: false,
      state: 'obsolete',
    });
  });

  test('but what a source above it sets is known', () => {
    expect(short(constantNamed('M.Plain', set({ 'M.Plain': 'x' }), UNREAD))).toBe('overridden "x" set');
    expect(constantNamed('M.Plain', set({ 'M.Plain': 'x' }), UNREAD)).toMatchObject({ value_known: true, note: null });
    expect(constantNamed('M.Need', set({ 'M.Plain': 'x' }), UNREAD)).toMatchObject({ value_known: false, state: null });
  });

  test('and is a candidate of each constant, in its place', () => {
    expect(constantNamed('M.Plain', set({ 'M.Plain': 'x' }), UNREAD)?.candidates.map(({ source }) => source)).toEqual([
      'set',
      'broken',
      'archive',
    ]);
  });

  test('a model that could not be read leaves what is set known, and open whether it is declared', () => {
    const constants = resolveConstants({ source: 'archive', content: null }, [set({ 'M.Plain': 'x' })], {
      secret: [],
      not_secret: [],
      secrecy: 'strict',
    });
    expect(constants).toMatchObject([{ name: 'M.Plain', state: null, value_known: true, winner: { source: 'set' } }]);
    expect(constants[0]?.note).toContain('archive could not be read');
  });

  function unreadOverrides(): Overrides {
    return { ranks: [[{ kind: 'unread', via: 'file', note: 'It may be set.' }]], notes: [] };
  }

  function declaredConstants(): DeclaredIn[] {
    return [
      { Name: 'M.Plain', Type: 'String', DefaultValue: 'd' },
      { Name: 'M.Need', Type: 'Integer', DefaultValue: '' },
    ];
  }
});

describe('a variable of the environment file', () => {
  test('that depends on the host is set, and not known to what', () => {
    const constant = resolve(declared, environment(`MX_A_B=https://\${HOST}/`)).get('A.B');
    expect(constant).toMatchObject({
      state: 'overridden',
      value_known: false,
      winner: { source: 'file-1', typed: null },
    });
    expect(constant?.note).toContain('HOST');
  });

  test('that is passed on from the host is perhaps set', () => {
    const constant = resolve(declared, environment('MX_A_B')).get('A.B');
    expect(constant).toMatchObject({ state: null, value_known: false, winner: null });
    expect(constant?.note).toContain('host');
  });

  test('is an integer as int() reads it, which m2ee.yaml has no part in', () => {
    const integer: DeclaredIn[] = [{ Name: 'A.B', Type: 'Integer', DefaultValue: '1' }];
    expect(short(resolve(integer, environment('MX_A_B=" 7 "')).get('A.B'))).toBe('overridden 7 file-1');
    expect(short(resolve(integer, environment('CONSTANTS={"A.B":1.5}')).get('A.B'))).toBe('overridden 1 file-1');
    expect(short(resolve(integer, m2ee('" 7 "')).get('A.B'))).toBe('overridden null file-1');
    expect(short(resolve(integer, json({ 'A.B': 1.5 })).get('A.B'))).toBe('overridden null file-1');
  });
});
