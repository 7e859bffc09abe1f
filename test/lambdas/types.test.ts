/**
 * What the compiler knows of a route, its requests and its answers. `npm run types` is what fails here: at run time
 * these tests say nothing.
 */
import { describe, expectTypeOf, test } from 'vitest';
import type * as z from 'zod/mini';
import type { Answer, EnvironmentRequest, NamedEnvironment, RouteRequest } from '../../lambdas/exchange.ts';
import type { AnswerOf, ParametersOf, Route } from '../../lambdas/route.ts';
import type { route as environments } from '../../lambdas/routes/environments/route.ts';
import type { route as tableSize } from '../../lambdas/routes/table_size/route.ts';
import type { route as users } from '../../lambdas/routes/users/route.ts';
import type { routes } from '../../lambdas/routes.ts';

describe('the parameters of a route', () => {
  test('are what its schemas give, and absent when they were left out', () => {
    type Parameters = ParametersOf<typeof users>;
    expectTypeOf<Parameters['active']>().toEqualTypeOf<boolean | undefined>();
    expectTypeOf<Parameters['kind']>().toEqualTypeOf<'named' | 'anonymous' | 'web_service' | undefined>();
    expectTypeOf<Parameters['last_login_after']>().not.toBeAny();
    expectTypeOf<Record<never, never>>().toExtend<Parameters>();
  });

  test('have no other names: http’s own are not among them', () => {
    expectTypeOf<'limit'>().not.toExtend<keyof ParametersOf<typeof users>>();
    expectTypeOf<ParametersOf<typeof environments>[string]>().toBeNever();
  });
});

describe('the answer of a route', () => {
  test('is what its schema says, fields that are not known included', () => {
    type Row = NonNullable<AnswerOf<typeof users>['users']>[number];
    expectTypeOf<Row['id']>().toEqualTypeOf<string | undefined>();
    expectTypeOf<Row['email']>().toEqualTypeOf<string | null | undefined>();
    expectTypeOf<AnswerOf<typeof tableSize>>().not.toBeAny();
  });

  test('must say whether it is complete, and where the next page begins', () => {
    type Given = Answer<AnswerOf<typeof environments>, string>;
    expectTypeOf<Given['body']['complete']>().toEqualTypeOf<boolean>();
    expectTypeOf<Given['next']>().toEqualTypeOf<string | null>();
    expectTypeOf<{ environments: [] }>().not.toExtend<Given['body']>();
  });

  test('has no next page where the route has no position', () => {
    expectTypeOf<Answer<object>['next']>().toEqualTypeOf<null>();
  });
});

describe('a request', () => {
  test('about one environment has that one, and knows whether clear text is permitted', () => {
    type Request = EnvironmentRequest<ParametersOf<typeof users>, number>;
    expectTypeOf<Request['environment']>().toEqualTypeOf<NamedEnvironment>();
    expectTypeOf<Request['clear']>().toEqualTypeOf<boolean>();
    expectTypeOf<Request['position']>().toEqualTypeOf<number | null>();
  });

  test('about none has all that the caller may read, and no clear text', () => {
    expectTypeOf<RouteRequest>().toHaveProperty('environments');
    expectTypeOf<RouteRequest>().not.toHaveProperty('environment');
    expectTypeOf<RouteRequest>().not.toHaveProperty('clear');
  });
});

describe('the route table', () => {
  test('holds routes and nothing else', () => {
    expectTypeOf<(typeof routes)[number]>().toExtend<Route>();
  });

  test('takes no route whose path is none, or that says nothing of its scopes', () => {
    expectTypeOf<{ path: 'users' }>().not.toExtend<Pick<Route, 'path'>>();
    expectTypeOf<Omit<typeof users, 'scopes'>>().not.toExtend<Route>();
    expectTypeOf<z.ZodMiniObject>().toExtend<Route['answer']>();
  });
});
