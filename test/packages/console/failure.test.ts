import { ConnectionError, GatewayError, type Problem, ProblemError, TokenError } from '@mrt/client';
import { failureOf, SCOPES } from '@mrt/console/answers/failure.ts';
import { describe, expect, test } from 'vitest';
import { routes } from '../../../lambdas/routes.ts';

const question = { path: '/table_size', query: {} } as const;
const problem = (slug: string, status: number, more: Partial<Problem> = {}): Problem => ({
  type: `https://maas-api.example.com/problems/${slug}`,
  title: slug,
  status,
  detail: 'What happened.',
  instance: '/table_size',
  request_id: 'r-1',
  ...more,
});

describe('what a person is told', () => {
  test('of a 403 of the function: the scope that is missing', () => {
    const error = new ProblemError(problem('missing-scope', 403, { scopes: ['mrt/users.profile'] }), null);
    expect(failureOf(error, question)).toMatchObject({
      detail: expect.stringContaining('mrt/users.profile'),
      passes: false,
    });
  });

  test('of a 403 of the gateway, which names nothing: the scope that the path needs', () => {
    const error = new GatewayError('403: the access token has none of the scopes', 403, 'r-2', null);
    expect(failureOf(error, question)).toMatchObject({
      detail: expect.stringContaining('mrt/table_size.read'),
      requestId: 'r-2',
    });
  });

  test('of a 503: what to do, in the words of the API, and that it may pass', () => {
    const error = new ProblemError(
      problem('database-unavailable', 503, { detail: 'The grant is missing: run mrt_reader.sql.' }),
      5,
    );
    expect(failureOf(error, question)).toMatchObject({
      detail: 'The grant is missing: run mrt_reader.sql.',
      passes: true,
      requestId: 'r-1',
    });
  });

  test('of a cursor that is too old: where to go on', () => {
    expect(failureOf(new ProblemError(problem('invalid-cursor', 400), null), question).detail).toContain('first page');
  });

  test('of a wrong parameter: each once', () => {
    const errors = [
      { parameter: 'limit', message: 'must be 1 to 1000' },
      { parameter: 'kind', message: 'must be an entity' },
    ];
    const detail = 'limit must be 1 to 1000.';
    expect(
      failureOf(new ProblemError(problem('invalid-parameter', 400, { errors, detail }), null), question).detail,
    ).toBe('limit must be 1 to 1000. kind must be an entity.');
  });

  test.each([
    ['an ended sign-in', new TokenError('the sign-in is over', 400, 'invalid_grant'), true],
    ['a 401 of the gateway', new GatewayError('401: expired', 401, null, null), true],
    ['a token endpoint that is away', new TokenError('does not answer', null, null), false],
    ['an API that is away', new ConnectionError('does not answer'), false],
    ['a fault of the console itself', new Error('boom'), false],
  ])('of %s whether to sign in again', (_, error, signedOut) => {
    const failure = failureOf(error, question);
    expect(failure.signedOut).toBe(signedOut);
    expect(failure.detail).not.toBe('');
    expect(failure.passes).toBe(!signedOut);
  });
});

test('the scopes of each path are those of the route table', () => {
  const declared = new Map(routes.map(({ path, scopes }) => [path as string, scopes]));
  for (const [path, scopes] of Object.entries(SCOPES)) {
    const own = declared.get(path);
    if (own !== undefined) expect({ path, scopes }).toEqual({ path, scopes: [...(own ?? [])] });
  }
  expect([...declared.keys()].filter((path) => path in SCOPES).length).toBeGreaterThanOrEqual(5);
});
