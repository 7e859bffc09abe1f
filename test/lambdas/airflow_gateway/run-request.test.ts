import { describe, expect, test } from 'vitest';
import { inWordsOf, runRequestOf } from '../../../lambdas/airflow_gateway/run-request.ts';
import type { InvalidParameterError } from '../../../lambdas/request-errors.ts';

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

const refusal = (body: string) => {
  try {
    runRequestOf(body);
  } catch (error) {
    return (error as InvalidParameterError).faults;
  }
  return null;
};

test.each<readonly [string, string]>([
  ['{', 'must be JSON'],
  ['nothing', 'must be JSON'],
  ['['.repeat(50_000), 'must be JSON'],
  ...['[]', '"x"', '1.0', '12345678901234567890', 'null'].map((body) => [body, 'must be a JSON object'] as const),
  [`{"conf":${'['.repeat(32)}${']'.repeat(32)}}`, 'must have 32 levels at most'],
  [`{"note":"${'x'.repeat(99_990)}"}`, 'must have 100000 characters at most'],
])('a body that is no such object is refused with what it must be: %.20s', (body, message) => {
  expect(refusal(body)).toEqual([{ parameter: 'body', message }]);
});

test('an empty body starts a run as it is, and one of 100,000 characters is read', () => {
  expect(['', ' \n\t'].map(runRequestOf)).toEqual([{}, {}]);
  expect(refusal(`{"note":"${'x'.repeat(99_989)}"}`)).toBeNull();
});
