import { describe, expect, test } from 'vitest';
import { NamedSchemas, resolved } from '../../tools/openapi-schemas.ts';

const row = { type: 'object', id: 'Row' };

describe('named schemas', () => {
  test('leave the schema that uses them, and are referred to in the document', () => {
    const schemas = new NamedSchemas({});
    const answer = {
      type: 'object',
      properties: { row: { $ref: '#/$defs/Row', description: 'One.' } },
      $defs: { Row: row },
    };
    expect(schemas.take(answer)).toEqual({
      type: 'object',
      properties: { row: { $ref: '#/components/schemas/Row', description: 'One.' } },
    });
    expect(schemas.all()).toEqual({ Row: { type: 'object' } });
  });

  test('are the same wherever they are used', () => {
    const schemas = new NamedSchemas({ Problem: { type: 'object' } });
    schemas.take({ $defs: { Row: row } });
    schemas.take({ $defs: { Row: row } });
    expect(() => schemas.take({ $defs: { Row: { ...row, required: ['a'] } } })).toThrow('two schemas are named Row');
    expect(() => schemas.take({ $defs: { Problem: { type: 'string' } } })).toThrow('two schemas are named Problem');
  });

  test('can be put back, at every depth', () => {
    const schemas = {
      Row: { type: 'object', properties: { cell: { $ref: '#/components/schemas/Cell' } } },
      Cell: { type: 'null' },
    };
    expect(resolved([{ $ref: '#/components/schemas/Row', description: 'One.' }], schemas)).toEqual([
      { type: 'object', properties: { cell: { type: 'null' } }, description: 'One.' },
    ]);
  });
});
