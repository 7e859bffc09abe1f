import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { requestOf, resultOf } from '../../../lambdas/http/event.ts';

/** As API Gateway sends it (payload format 2.0), with what we read of it. */
const event = (method: string) =>
  ({
    version: '2.0',
    rawPath: '/users',
    rawQueryString: 'role=a&role=b&name=%41',
    headers: { accept: 'text/csv', 'x-reason': 'ticket 7' },
    queryStringParameters: { role: 'a,b', name: 'A' },
    requestContext: { requestId: 'JKJaXmPLvHcESHA=', http: { method, path: '/users' } },
  }) as unknown as APIGatewayProxyEventV2;

describe('an event of the gateway', () => {
  test('is a request with its path, its query as it came over the wire, its headers and its id', () => {
    const request = requestOf(event('GET'));
    expect(request).toMatchObject({ method: 'GET', path: '/users', id: 'JKJaXmPLvHcESHA=' });
    expect(request.query).toBe('role=a&role=b&name=%41');
    expect(request.header('x-reason')).toBe('ticket 7');
    expect(request.header('authorization')).toBeUndefined();
  });

  test.each([
    ['HEAD', 'HEAD'],
    ['GET', 'GET'],
    ['POST', 'GET'],
    ['head', 'GET'],
  ])('%s is taken for %s', (method, taken) => {
    expect(requestOf(event(method)).method).toBe(taken);
  });
});

describe('a response', () => {
  const headers = { 'content-type': 'application/json' };
  const bytes = Buffer.from([0x1f, 0x8b, 0xff]);

  test('goes back as text where it is text, and as Base64 that says so where it is bytes', () => {
    expect(resultOf({ status: 404, headers, body: '{"é":1}' }, 'GET')).toEqual({
      statusCode: 404,
      headers,
      body: '{"é":1}',
      isBase64Encoded: false,
    });
    expect(resultOf({ status: 200, headers, body: bytes }, 'GET')).toEqual({
      statusCode: 200,
      headers,
      body: 'H4v/',
      isBase64Encoded: true,
    });
  });

  test('to HEAD has the same status and headers, and nothing else', () => {
    for (const body of ['{}', bytes]) {
      const right = { statusCode: 200, headers, body: '', isBase64Encoded: false };
      expect(resultOf({ status: 200, headers, body }, 'HEAD')).toEqual(right);
    }
  });
});
