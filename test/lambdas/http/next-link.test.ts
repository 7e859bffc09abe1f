import { describe, expect, test } from 'vitest';
import { nextLink } from '../../../lambdas/http/respond.ts';

const link = (query: string) =>
  nextLink(
    { method: 'GET', path: '/users', query, header: () => undefined, id: 'r' },
    'v1.abc.def',
    'https://api.example.com',
  );

describe('the address of the next page', () => {
  test('is that of this page, with the cursor in place of the last', () => {
    expect(link('environment=shop&cursor=v1.old.old&limit=5')).toBe(
      'https://api.example.com/users?environment=shop&limit=5&cursor=v1.abc.def',
    );
  });

  test.each(['%63ursor', 'c%75rsor', '%63%75%72%73%6f%72'])(
    'replaces the cursor also where it is written %s',
    (name) => {
      expect(link(`environment=shop&${name}=v1.old.old&limit=5`)).toBe(
        'https://api.example.com/users?environment=shop&limit=5&cursor=v1.abc.def',
      );
    },
  );

  test('keeps what only looks like a cursor', () => {
    expect(link('cursors=1&role=cursor%3D1')).toBe(
      'https://api.example.com/users?cursors=1&role=cursor%3D1&cursor=v1.abc.def',
    );
  });

  test('cannot be ended early by what the client sent', () => {
    const made = link('role=a>; rel="next", <https://evil.example>&name=%3E');
    expect(made).not.toMatch(/[<>"\s]/);
    expect(new URL(made).searchParams.get('role')).toBe('a>; rel="next", <https://evil.example>');
    expect(new URL(made).searchParams.get('name')).toBe('>');
  });
});
