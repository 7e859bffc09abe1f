import { refusedAnswer } from '@mrt/local-aws/rest-api/refusal.ts';
import { expect, test } from 'vitest';
import { apiOf } from './api.ts';

const plain = apiOf([]);

// API Gateway guide, "Gateway response types for API Gateway": the status of each.
test.each([
  ['MISSING_AUTHENTICATION_TOKEN', 403],
  ['UNAUTHORIZED', 401],
  ['ACCESS_DENIED', 403],
  ['EXPIRED_TOKEN', 403],
  ['INVALID_SIGNATURE', 403],
  ['AUTHORIZER_FAILURE', 500],
  ['AUTHORIZER_CONFIGURATION_ERROR', 500],
  ['REQUEST_TOO_LARGE', 413],
  ['THROTTLED', 429],
  ['INTEGRATION_TIMEOUT', 504],
] as const)('%s is %i, in JSON', (type, status) => {
  const answer = refusedAnswer({ type }, plain, 'r-1');
  expect(answer.status).toBe(status);
  expect(Object.keys(JSON.parse(answer.body)).map((name) => name.toLowerCase())).toEqual(['message']);
});

test('IAM’s own words take the place of the type’s', () => {
  const { body } = refusedAnswer({ type: 'ACCESS_DENIED', message: 'User: x is not authorized' }, plain, 'r-1');
  expect(JSON.parse(body)).toEqual({ Message: 'User: x is not authorized' });
});

test('an answer that the API has of its own is given with the request’s id, and to no other type', () => {
  const responses = new Map([['UNAUTHORIZED', { status: 400, template: '{"id":"$context.requestId"}' }]]);
  const api = apiOf([], { responses });
  expect(refusedAnswer({ type: 'UNAUTHORIZED' }, api, 'r-1')).toMatchObject({ status: 400, body: '{"id":"r-1"}' });
  expect(refusedAnswer({ type: 'THROTTLED' }, api, 'r-1').status).toBe(429);
  expect(refusedAnswer({ type: 'THROTTLED' }, api, 'r-1').body).not.toContain('r-1');
});

test('an answer of its own without a status or a body keeps the gateway’s', () => {
  const api = apiOf([], { responses: new Map([['UNAUTHORIZED', { status: null, template: null }]]) });
  expect(refusedAnswer({ type: 'UNAUTHORIZED' }, api, 'r')).toEqual(
    refusedAnswer({ type: 'UNAUTHORIZED' }, plain, 'r'),
  );
});
