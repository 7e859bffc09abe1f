import { describe, expect, test } from 'vitest';
import { inWordsOf, runRequestOf } from '../../../lambdas/airflow_gateway/run-request.ts';

const sent = (body: string) => JSON.stringify(inWordsOf('v1', runRequestOf(body)));

describe('numbers of a run’s conf', () => {
  test.each([
    '{"conf":{"order":12345678901234567890}}',
    '{"conf":{"order":9007199254740993}}',
    '{"conf":{"share":1.0,"small":1e-7,"large":1E400,"minus":-0}}',
    '{"conf":{"list":[0.10,7,[1.50]]}}',
  ])('are sent on as they are written: %s', (body) => {
    expect(sent(body)).toBe(body);
  });

  test('stay numbers, and what is no number stays what it is', () => {
    expect(runRequestOf('{"conf":{"n":7,"text":"1.0","none":null,"yes":true}}')).toEqual({
      conf: { n: 7, text: '1.0', none: null, yes: true },
    });
  });

  test('are no level of their own, and 33 levels are refused', () => {
    const nested = (levels: number) => `{"conf":${'['.repeat(levels - 1)}1.0${']'.repeat(levels - 1)}}`;
    expect(sent(nested(32))).toBe(nested(32));
    expect(() => runRequestOf(nested(33))).toThrow();
  });
});

test.each(['{', '[]', '"x"', '1.0', '12345678901234567890', 'null'])(
  'a body that is no JSON object is refused: %s',
  (body) => {
    expect(() => runRequestOf(body)).toThrow();
  },
);
