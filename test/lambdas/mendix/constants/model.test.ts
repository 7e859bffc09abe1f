import { describe, expect, test } from 'vitest';
import { parseModel } from '../../../../lambdas/mendix/constants/model.ts';

const read = (metadata: unknown) => parseModel(Buffer.from(JSON.stringify(metadata)));
const declared = (constant: object) => [...read({ Constants: [constant] }).constants.values()][0];

describe('an attribute of another type than Mendix writes', () => {
  const plain = { Name: 'A.B', Type: 'String', Description: 'd', DefaultValue: 'v' };

  test.each<[string, unknown, object]>([
    ['Type', 5, { type: null, declared_type: null }],
    ['Type', null, { type: null, declared_type: null }],
    ['Type', 'Enumeration', { type: null, declared_type: 'Enumeration' }],
    ['Type', 'constructor', { type: null, declared_type: 'constructor' }],
    ['Description', 5, { description: null }],
    ['Description', { en: 'x' }, { description: null }],
    ['Description', 'half a pair \ud83d', { description: 'half a pair \ufffd' }],
    ['DefaultValue', null, { default_value: null }],
    ['DefaultValue', 5, { default_value: { kind: 'number', digits: '5' } }],
    ['DefaultValue', true, { default_value: { kind: 'boolean', value: true } }],
    ['DefaultValue', ['x'], { default_value: { kind: 'structure' } }],
    ['DefaultValue', { x: 1 }, { default_value: { kind: 'structure' } }],
  ])('%s %j costs that attribute', (attribute, value, expected) => {
    expect(declared({ ...plain, [attribute]: value })).toEqual({
      name: 'A.B',
      type: 'string',
      declared_type: 'String',
      description: 'd',
      default_value: text('v'),
      ...expected,
    });
  });

  test('left out is nothing', () => {
    expect(declared({ Name: 'A.B' })).toEqual({
      name: 'A.B',
      type: null,
      declared_type: null,
      description: '',
      default_value: null,
    });
  });

  test.each([[{ Name: 5 }], [{ Name: '' }], [{ Name: 'x'.repeat(501) }], [{}], [null], ['A.B'], [[]]])(
    '%j has no name: it is counted, and the others are read',
    (constant) => {
      const model = read({ Constants: [constant, plain] });
      expect([...model.constants.keys()]).toEqual(['A.B']);
      expect(model.nameless).toBe(1);
    },
  );

  test('of the model itself is null', () => {
    expect(read({ Constants: [], ProjectName: 5, ModelVersion: null, RuntimeVersion: ['x'] })).toMatchObject({
      project: null,
      version: null,
      runtime_version: null,
    });
  });

  test('of the list makes it another file', () => {
    for (const metadata of [{ Constants: {} }, { Constants: null }, {}, [], 'x', null]) {
      expect(() => read(metadata)).toThrow(expect.objectContaining({ reason: 'unexpected-content' }));
    }
  });
});

test('of two with one name the first counts, and the name is told', () => {
  const model = read({
    Constants: [
      { Name: 'A.B', Type: 'String', DefaultValue: 'first' },
      { Name: 'A.B', Type: 'Integer', DefaultValue: '2' },
    ],
  });
  expect(model.constants.get('A.B')).toMatchObject({ type: 'string', default_value: text('first') });
  expect(model.duplicates).toEqual(['A.B']);
});

function text(value: string) {
  return { kind: 'text', text: value };
}
