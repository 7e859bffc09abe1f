import { expect, test } from 'vitest';
import { namesIn } from '../../../lambdas/airflow_gateway/names-variable.ts';

test('names are an object of texts, and what is none is an error that names the variable', () => {
  expect(namesIn({ CLIENTS: '{"abc": "etl"}' }, 'CLIENTS')).toEqual(new Map([['abc', 'etl']]));
  for (const text of [undefined, '', '{', '[]', '"etl"', '{"abc": 1}', 'null']) {
    expect(() => namesIn({ CLIENTS: text }, 'CLIENTS'), text).toThrow('CLIENTS');
  }
});
