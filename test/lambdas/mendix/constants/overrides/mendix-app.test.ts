import { describe, expect, test } from 'vitest';
import { refusalOf, settingsIn } from './places.ts';

const manifest = (constants: string) => `apiVersion: privatecloud.mendix.com/v1alpha1
kind: MendixApp
metadata:
  name: shop
spec:
  runtime:
    microflowConstants:
      ${constants}
`;
const read = (content: string) => settingsIn('mendix_app', content);

test('constants are those of the one MendixApp', () => {
  expect(read(manifest('MyFirstModule.Constant: "1234"'))).toEqual([
    'MyFirstModule.Constant spec.runtime.microflowConstants = text "1234"',
  ]);
  expect(read(manifest('{}'))).toEqual([]);
});

describe('the custom configuration', () => {
  const app = (configuration: string) => `kind: MendixApp\nspec: {runtime: {customConfiguration: ${configuration}}}\n`;
  const VIA = 'spec.runtime.customConfiguration.MicroflowConstants';

  test('sets constants by a map, or by a JSON text of one', () => {
    expect(read(app(`'{"MicroflowConstants":{"M.Plain":"x"}}'`))).toEqual([`M.Plain ${VIA} = text "x"`]);
    expect(read(app(`'{"MicroflowConstants":"{\\"M.Plain\\":\\"x\\"}"}'`))).toEqual([`M.Plain ${VIA} = text "x"`]);
  });

  test.each(["''", "'{}'", `'{"DTAPMode":"P"}'`])('%s sets none', (configuration) => {
    expect(read(app(configuration))).toEqual([]);
  });

  test.each([
    ['that is no JSON', "'{'", 'invalid-json'],
    ['that is no text', '{MicroflowConstants: {}}', 'unexpected-content'],
    ['whose constants are no JSON', `'{"MicroflowConstants":"x"}'`, 'invalid-json'],
    ['whose constants are a list', `'{"MicroflowConstants":[]}'`, 'unexpected-content'],
  ])('%s is refused', (_, configuration, reason) => {
    expect(refusalOf('mendix_app', app(configuration))).toBe(reason);
  });
});

describe('keys of a secret store give names and never values', () => {
  const stored = (resource: string) =>
    read(`${manifest('{}')}---\n${resource}`).map((line) => line.replace(' secret store = surely set, not read', ''));

  test.each([
    [
      'of a Secret',
      'kind: Secret\nstringData:\n  mx-const-Sales.Pin: "4711"\ndata: {mx-const-A.B: eA==}\n',
      ['A.B', 'Sales.Pin'],
    ],
    ['of a SealedSecret', 'kind: SealedSecret\nspec: {encryptedData: {mx-const-A.B: Ag==}}\n', ['A.B']],
    [
      'of an ExternalSecret',
      'kind: ExternalSecret\nspec: {data: [{secretKey: mx-const-A.B}], target: {template: {data: {mx-const-C.D: x}}}}\n',
      ['A.B', 'C.D'],
    ],
    [
      'of a SecretProviderClass, by alias before name',
      'kind: SecretProviderClass\nspec:\n  parameters:\n    objects: |\n      - objectName: "mx-const-X-ApiKey"\n        objectAlias: "mx-const-Mail.ApiKey"\n      - objectName: mx-const-Mail-Pin\n      - objectName: mx-runtime-com.mendix.storage.s3.EncryptionKeys\n',
      ['Mail.ApiKey', 'Mail.Pin'],
    ],
    [
      'of AWS, by path',
      'kind: SecretProviderClass\nspec:\n  parameters:\n    objects: |\n      - objectName: arn\n        jmesPath: [{path: x, objectAlias: mx-const-A.B}]\n',
      ['A.B'],
    ],
    [
      'of Azure, a text in a text',
      'kind: SecretProviderClass\nspec:\n  parameters:\n    objects: |\n      array:\n        - |\n          objectName: mx-const-A-B\n          objectType: secret\n',
      ['A.B'],
    ],
  ])('%s', (_, resource, names) => {
    expect(new Set(stored(resource))).toEqual(new Set(names));
  });

  test.each([
    [
      'a comment in the list of objects',
      'kind: SecretProviderClass\nspec:\n  parameters:\n    objects: |\n      - objectName: x\n      #- objectName: "mx-const-A.B"\n',
    ],
    ['a description', 'kind: ConfigMap\ndata: {readme: "set mx-const-A.B in the vault"}\n'],
    ['an annotation', 'kind: Secret\nmetadata: {annotations: {mx-const-A.B: x}}\n'],
    ['a part of a longer key', 'kind: Secret\ndata: {old-mx-const-A.B: eA==}\n'],
  ])('a name in %s does not count', (_, resource) => {
    expect(stored(resource)).toEqual([]);
  });

  test('the whole setting in the store may set anything', () => {
    expect(stored('kind: Secret\ndata: {mx-runtime-MicroflowConstants: e30=}\n')).toEqual(['anything secret store']);
  });
});

test.each([
  ['no MendixApp', 'kind: Deployment\n', 'unexpected-content'],
  ['two of them', `${manifest('A.B: "1"')}---\n${manifest('A.B: "2"')}`, 'unexpected-content'],
  ['constants as a list', manifest('- A.B'), 'unexpected-content'],
  ['a key twice, which kubectl refuses', manifest('A.B: "1"\n      A.B: "2"'), 'duplicate-name'],
])('%s is refused', (_, content, reason) => {
  expect(refusalOf('mendix_app', content)).toBe(reason);
});

test('an alias within its own anchor is no obstacle', () => {
  expect(read(`${manifest('A.B: "1"')}---\nkind: X\na: &a [*a]\n`).length).toBe(1);
});
