import { describe, expect, test } from 'vitest';
import { documentation, type Schema, typeText } from '../../tools/typescript-types.ts';

describe('a schema as a type', () => {
  test.each<[Schema, string]>([
    [{ type: 'integer' }, 'number'],
    [{ type: ['string', 'null'] }, 'string | null'],
    [{ const: 'ok', type: 'string' }, '"ok"'],
    [{ enum: ['a', 'b'], type: 'string' }, '"a" | "b"'],
    [{ anyOf: [{ type: 'integer' }, { type: 'number' }, { type: 'null' }] }, 'number | null'],
    [{ type: 'array', items: { $ref: '#/components/schemas/Table' } }, '(Table)[]'],
    [{ type: 'object', additionalProperties: { type: 'number' } }, 'Record<string, number>'],
    [
      {
        type: 'object',
        properties: { a: { type: 'string', description: 'An a.' }, b: { type: 'null' } },
        required: ['a'],
      },
      '{\n/** An a. */\na: string;\nb?: null;\n}',
    ],
  ])('%j is %s', (schema, text) => {
    expect(typeText(schema)).toBe(text);
  });

  test.each<[Schema]>([[{}], [{ type: 'object' }], [{ type: 'array' }], [{ type: 'tuple' }]])(
    '%j has none, rather than one that is too wide',
    (schema) => {
      expect(() => typeText(schema)).toThrow();
    },
  );

  test('a comment ends where it shall', () => {
    expect(documentation({ description: 'Texts such as */5.\nOr more.' })).toBe(
      '/** Texts such as *\\/5. Or more. */\n',
    );
    expect(documentation({})).toBe('');
  });
});
