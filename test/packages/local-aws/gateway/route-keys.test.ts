import { RouteKeys } from '@mrt/local-aws/gateway/route-keys.ts';
import { describe, expect, test } from 'vitest';

const keys = new RouteKeys(
  ['GET /users', 'GET /pages/{slug}', 'GET /pages/about', 'GET /a.b/{x}/c/{y}', 'POST /pages/{slug}'].map((key) => ({
    key,
  })),
);

describe('a request is taken by', () => {
  test.each([
    ['GET', '/users', 'GET /users', {}],
    ['GET', '/pages/about', 'GET /pages/about', {}],
    ['GET', '/pages/other', 'GET /pages/{slug}', { slug: 'other' }],
    ['POST', '/pages/about', 'POST /pages/{slug}', { slug: 'about' }],
    ['GET', '/a.b/1/c/2 3', 'GET /a.b/{x}/c/{y}', { x: '1', y: '2 3' }],
  ])('%s %s: the route %s', (method, path, key, pathParameters) => {
    expect(keys.choose(method, path)).toEqual({ route: { key }, pathParameters });
  });

  test.each([
    ['GET', '/pages/'],
    ['GET', '/pages/a/b'],
    ['GET', '/pages'],
    ['GET', '/axb/1/c/2'],
    ['PUT', '/pages/a'],
    ['GET', '/users/1'],
  ])('%s %s: none', (method, path) => {
    expect(keys.choose(method, path)).toBeNull();
  });
});

test.each(['GET /pages/{slug+}', '$default', 'ANY /users', 'GET /pages/{a}b'])('a route %s is refused', (key) => {
  expect(() => new RouteKeys([{ key }])).toThrow(`local-aws knows no route such as ${key}`);
});
