import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_OVERRIDES_BYTES, parseOverrides } from '../../../../lambdas/mendix/constants/overrides/parse.ts';
import type { OverrideSource } from '../../../../lambdas/settings.ts';

type Format = OverrideSource['format'];

/** `name via = value` of each setting and variable, in order of precedence. */
function read(format: Format, content: string | Buffer): string[] {
  const { variables, settings } = parseOverrides(format, Buffer.from(content));
  return [
    ...[...variables.values()].map(({ variable, text }) => `${variable} = ${JSON.stringify(text)}`),
    ...settings.map(({ name, via, written }) => {
      const { kind, ...value } = written ?? { kind: 'not read' };
      return `${name} ${via} = ${[kind, ...Object.values(value).map((each) => JSON.stringify(each))].join(' ')}`;
    }),
  ];
}

function reasonOf(format: Format, content: string | Buffer): unknown {
  try {
    return read(format, content);
  } catch (error) {
    return (error as { reason?: unknown }).reason ?? error;
  }
}

const m2ee = (constants: string) => `mxruntime:\n  MicroflowConstants:\n    ${constants.replaceAll('\n', '\n    ')}\n`;
const one = (written: string) => [`A.B mxruntime.MicroflowConstants = ${written}`];

describe('m2ee.yaml', () => {
  test.each([
    ['text', 'A.B: hello', 'text "hello"'],
    ['quoted digits', 'A.B: "0123"', 'text "0123"'],
    ['an integer', 'A.B: 8080', 'number "8080"'],
    ['an octal number, as PyYAML reads it', 'A.B: 0123', 'number "83"'],
    ['a number beyond 2^53', 'A.B: 9223372036854775807', 'number "9223372036854775807"'],
    ['a decimal with its digits', 'A.B: 59.90', 'number "59.90"'],
    ['a Boolean', 'A.B: true', 'boolean true'],
    ['a YAML 1.1 Boolean', 'A.B: no', 'boolean false'],
    ['a single letter, which PyYAML leaves as text', 'A.B: n', 'text "n"'],
    ['a time, without a zone', 'A.B: 2013-12-20T16:02:32', 'text "2013-12-20T16:02:32"'],
    ['null', 'A.B: ~', 'null'],
    ['nothing', 'A.B:', 'null'],
    ['a list', 'A.B: [1, 2]', 'structure'],
    ['a map', 'A.B: {c: d}', 'structure'],
    ['a folded text', 'A.B: >-\n  one\n  two', 'text "one two"'],
    ['an anchor and its alias', 'X.Y: &x v\nA.B: *x', 'text "v"'],
  ])('%s', (_, constants, written) => {
    expect(read('m2ee_yaml', m2ee(constants)).filter((line) => line.startsWith('A.B'))).toEqual(one(written));
  });

  test('the custom section of older releases is below mxruntime', () => {
    expect(read('m2ee_yaml', `custom:\n  A.B: old\n${m2ee('A.B: new')}`)).toEqual([
      'A.B mxruntime.MicroflowConstants = text "new"',
      'A.B custom = text "old"',
    ]);
  });

  test('merge keys are followed', () => {
    const yaml = 'all: &all\n  A.B: shared\nmxruntime:\n  MicroflowConstants:\n    <<: *all\n';
    expect(read('m2ee_yaml', yaml)).toEqual(one('text "shared"'));
  });

  test.each([
    ['an empty file', ''],
    ['comments only', '# nothing\n'],
    ['no constants', 'm2ee:\n  app_name: Shop\n'],
    ['a section without content', 'mxruntime:\n  MicroflowConstants:\n'],
  ])('%s sets nothing', (_, yaml) => {
    expect(read('m2ee_yaml', yaml)).toEqual([]);
  });

  test('a BOM and Windows line ends are no obstacle', () => {
    expect(read('m2ee_yaml', `\ufeff${m2ee('A.B: hello')}`.replaceAll('\n', '\r\n'))).toEqual(one('text "hello"'));
  });

  test.each([
    ['a tab as indentation', 'mxruntime:\n\tMicroflowConstants:', 'invalid-yaml'],
    ['a name set twice', m2ee('A.B: 1\nA.B: 2'), 'duplicate-name'],
    ['a section twice', `${m2ee('A.B: 1')}${m2ee('A.C: 2')}`, 'duplicate-name'],
    ['a list of constants', 'mxruntime:\n  MicroflowConstants: [A.B]\n', 'unexpected-content'],
    ['a text instead of a map', 'hello', 'unexpected-content'],
    ['two documents', `${m2ee('A.B: 1')}---\n${m2ee('A.B: 2')}`, 'unexpected-content'],
    ['bytes that are no UTF-8', Buffer.from([0x41, 0x3a, 0x20, 0xff]), 'invalid-utf8'],
    ['an unknown alias', m2ee('A.B: *nobody'), 'unusable-aliases'],
    ['anchors that explode', exploding(9), 'unusable-aliases'],
    ['deep nesting', Array.from({ length: 200 }, (_, level) => `${' '.repeat(level)}a:`).join('\n'), 'too-deep'],
    ['brackets without end', `a: ${'['.repeat(100_000)}`, 'invalid-yaml'],
    ['more than the limit', ' '.repeat(MAX_OVERRIDES_BYTES + 1), 'too-large'],
  ])('%s is refused', (_, yaml, reason) => {
    expect(reasonOf('m2ee_yaml', yaml)).toBe(reason);
  });

  test('30,000 constants are no obstacle', () => {
    const many = Array.from({ length: 30_000 }, (_, index) => `M.C${index}: v`).join('\n');
    expect(read('m2ee_yaml', m2ee(many)).length).toBe(30_000);
  });
});

describe('environment file', () => {
  test.each([
    ['plain', 'MX_A_B=hello', '"hello"'],
    ['nothing', 'MX_A_B=', '""'],
    ['with =', 'MX_A_B=a=b', '"a=b"'],
    ['with a # that is no comment', 'MX_A_B=https://example.com/#top', '"https://example.com/#top"'],
    ['before a comment', 'MX_A_B=hello # why', '"hello"'],
    ['in single quotes, literally', "MX_A_B='a \\n # b' # why", '"a \\\\n # b"'],
    ['in double quotes, with escapes', 'MX_A_B="a\\n\\"b\\" # c"', '"a\\n\\"b\\" # c"'],
    ['over lines in double quotes', 'MX_A_B="a\nb"', '"a\\nb"'],
    ['exported', 'export MX_A_B=hello', '"hello"'],
    ['with an apostrophe', "MX_A_B=don't", '"don\'t"'],
    ['with blanks round =', 'MX_A_B = hello  ', '"hello"'],
  ])('a value %s', (_, line, value) => {
    expect(read('environment_file', `# first\n\nPORT=8080\n${line}\nLAST=1`)).toEqual([`MX_A_B = ${value}`]);
  });

  test('CONSTANTS is a JSON map below the variables, where null means "not set"', () => {
    const content = 'MX_A_B=top\nCONSTANTS={"A.B":"below","C.D":0.10,"E.F":true,"G.H":null}\n';
    expect(read('environment_file', content)).toEqual([
      'MX_A_B = "top"',
      'A.B CONSTANTS = text "below"',
      'C.D CONSTANTS = number "0.10"',
      'E.F CONSTANTS = boolean true',
    ]);
    expect(read('environment_file', `CONSTANTS='{"A.B":"x y"}'`)).toEqual(['A.B CONSTANTS = text "x y"']);
  });

  test('settings of the runtime are no constants', () => {
    expect(read('environment_file', 'MXRUNTIME_A_B=1\nMX_INSTALL_PATH=/opt\nmx_a_b=1')).toEqual([]);
  });

  test.each([
    ['a line without =', 'MX_A_B', 'invalid-line'],
    ['text after a closing quote', 'MX_A_B="a"b', 'invalid-line'],
    ['a variable set twice', 'MX_A_B=1\nMX_A_B=2', 'duplicate-name'],
    ['CONSTANTS that is no JSON', 'CONSTANTS={A.B:1}', 'invalid-json'],
    ['CONSTANTS that is a list', 'CONSTANTS=[]', 'invalid-json'],
    ['CONSTANTS with a name twice', 'CONSTANTS={"A.B":1,"A.B":2}', 'duplicate-name'],
  ])('%s is refused', (_, content, reason) => {
    expect(reasonOf('environment_file', content)).toBe(reason);
  });
});

const manifest = (constants: string) => `apiVersion: privatecloud.mendix.com/v1alpha1
kind: MendixApp
metadata:
  name: shop
spec:
  runtime:
    microflowConstants:
      ${constants}
`;

describe('Mendix on Kubernetes', () => {
  test('constants are those of the MendixApp', () => {
    expect(read('mendix_app', manifest('MyFirstModule.Constant: "1234"'))).toEqual([
      'MyFirstModule.Constant spec.runtime.microflowConstants = text "1234"',
    ]);
  });

  const providers = `apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
spec:
  parameters:
    objects: |
      - objectName: "mx-const-Mail-ApiKey"
        objectAlias: "mx-const-Mail.ApiKey"
      - objectName: mx-runtime-com.mendix.storage.s3.EncryptionKeys
      - objectName: mx-admin-password
`;

  test('keys of a secret store give names and never values, in each provider’s form', () => {
    const secret = 'kind: Secret\nstringData:\n  mx-const-Sales.Pin: "4711"\n';
    expect(read('mendix_app', `${manifest('A.B: "1"')}---\n${providers}---\n${secret}`)).toEqual([
      'Mail.ApiKey secret store = not read',
      'Sales.Pin secret store = not read',
      'A.B spec.runtime.microflowConstants = text "1"',
    ]);
  });

  test.each([
    ['no MendixApp', 'kind: Deployment\n', 'unexpected-content'],
    ['two of them', `${manifest('A.B: "1"')}---\n${manifest('A.B: "2"')}`, 'unexpected-content'],
    ['constants as a list', manifest('- A.B'), 'unexpected-content'],
    ['an alias within its own anchor', `${manifest('A.B: "1"')}---\nkind: X\na: &a [*a]\n`, 'too-deep'],
  ])('%s is refused', (_, content, reason) => {
    expect(reasonOf('mendix_app', content)).toBe(reason);
  });

  test('an empty map sets nothing', () => {
    expect(read('mendix_app', manifest('{}'))).toEqual([]);
  });
});

describe('JSON map', () => {
  test('values keep their kind and digits', () => {
    const json = '{"A.B":"x","C.D":1.50,"E.F":false,"G.H":null,"I.J":[1],"K.L":123456789012345678901}';
    expect(read('json_map', json)).toEqual([
      'A.B map = text "x"',
      'C.D map = number "1.50"',
      'E.F map = boolean false',
      'I.J map = structure',
      'K.L map = number "123456789012345678901"',
    ]);
  });

  test('any text comes through as it is', () => {
    const texts = fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), {
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(texts, fc.constantFrom(0, 2, '\t'), (map, indent) => {
        const { settings } = parseOverrides('json_map', Buffer.from(JSON.stringify(map, null, indent)));
        const back = settings.map(({ name, written }) => [name, written?.kind === 'text' ? written.text : written]);
        expect(Object.fromEntries(back)).toEqual(JSON.parse(Buffer.from(JSON.stringify(map)).toString()));
      }),
    );
  });

  test.each([
    ['a list', '[]', 'invalid-json'],
    ['nothing', '', 'invalid-json'],
    ['YAML', 'A.B: 1', 'invalid-json'],
    ['a name twice', '{"A.B":1,"A.B":1}', 'duplicate-name'],
    ['deep nesting', `{"A.B":${'['.repeat(100)}${']'.repeat(100)}}`, 'too-deep'],
  ])('%s is refused', (_, content, reason) => {
    expect(reasonOf('json_map', content)).toBe(reason);
  });
});

/** Each level repeats the one before nine times. */
function exploding(levels: number): string {
  const nine = (name: string) => `[${Array.from({ length: 9 }, () => name).join(', ')}]`;
  const lines = Array.from({ length: levels }, (_, level) => `l${level + 1}: &l${level + 1} ${nine(`*l${level}`)}`);
  return ['l0: &l0 boom', ...lines, ''].join('\n');
}
