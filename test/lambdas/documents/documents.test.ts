import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { CAUSES } from '../../../lambdas/documents/causes.ts';
import { Documents } from '../../../lambdas/documents/documents.ts';
import { REASONS } from '../../../lambdas/problem-reasons.ts';
import { PROBLEMS } from '../../../lambdas/problems.ts';

const OPENAPI = JSON.stringify({ openapi: '3.1.0', paths: {} });
const documents = new Documents(OPENAPI, { stage: 'test', base_address: 'https://maas-api.example.com' });

function ask(path: string, headers: Record<string, string> = {}, query = '') {
  return documents.answer({ method: 'GET', path, query, id: 'request-1', header: (name) => headers[name] });
}

describe('GET /openapi.json', () => {
  test('is the document, which caches may keep', () => {
    const { status, headers, body } = ask('/openapi.json');
    expect([status, body]).toEqual([200, OPENAPI]);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'public, max-age=3600',
      'x-request-id': 'request-1',
      vary: 'Accept, Accept-Encoding',
    });
  });

  test('is a 304 for whoever has it, and the document again for whoever has another', () => {
    const { headers } = ask('/openapi.json');
    const unchanged = ask('/openapi.json', { 'if-none-match': headers['etag'] ?? '' });
    expect([unchanged.status, unchanged.body, unchanged.headers['etag']]).toEqual([304, '', headers['etag']]);
    expect(ask('/openapi.json', { 'if-none-match': '"another"' }).status).toBe(200);
    const other = new Documents('{}', { stage: 'test', base_address: null });
    const changed = other.answer({ method: 'GET', path: '/openapi.json', query: '', id: 'r', header: () => undefined });
    expect(changed.headers['etag']).not.toBe(headers['etag']);
  });

  test('comes in gzip where that is wanted, with an ETag of its own', () => {
    const { headers, body } = ask('/openapi.json', { 'accept-encoding': 'gzip' });
    expect(headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(body).toString()).toBe(OPENAPI);
    expect(headers['etag']).not.toBe(ask('/openapi.json').headers['etag']);
  });

  test('refuses parameters and other forms', () => {
    const refused = ask('/openapi.json', {}, 'environment=shop-prod');
    expect(refused.status).toBe(400);
    expect(JSON.parse(String(refused.body))).toMatchObject({
      type: 'https://maas-api.example.com/problems/invalid-parameter',
      errors: [{ parameter: 'environment' }],
    });
    expect(ask('/openapi.json', { accept: 'text/csv' }).status).toBe(406);
  });
});

describe.each(Object.keys(PROBLEMS))('the page of %s', (slug) => {
  test('has cause and remedy, as text and for a browser', () => {
    const text = ask(`/problems/${slug}`);
    const page = ask(`/problems/${slug}`, { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' });
    const { title, advice } = PROBLEMS[slug as keyof typeof PROBLEMS];
    for (const { status, body } of [text, page]) {
      expect(status).toBe(200);
      expect(String(body)).toContain(title);
      expect(body.length).toBeGreaterThan(100);
    }
    expect(String(text.body)).toContain(CAUSES[slug as keyof typeof CAUSES]);
    expect(String(text.body)).toContain(advice);
    expect(text.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(String(text.body)).not.toContain('<');
  });
});

describe('a page', () => {
  test.each(Object.entries(REASONS))('of %s names each reason, with what to do', (slug, reasons) => {
    const { body } = ask(`/problems/${slug}`);
    for (const [reason, { advice }] of Object.entries(reasons)) {
      expect(String(body)).toContain(reason);
      expect(String(body)).toContain(advice);
    }
  });

  test('says how long to wait, where waiting helps', () => {
    expect(String(ask('/problems/upstream-throttled').body)).toContain('Asking again helps after 5 s.');
    expect(String(ask('/problems/internal').body)).not.toContain('Asking again');
  });

  test('loads and runs nothing, by its own words', () => {
    const { headers, body } = ask('/problems/internal', { accept: 'text/html' });
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/]{43}='; /);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(String(body)).not.toMatch(/<script|<link|<img|\son\w+=|href=|src=/);
  });

  test.each([
    '/problems/nonsense',
    '/problems/__proto__',
    '/problems/constructor',
    '/problems/toString',
    '/problems/',
    '/problems/internal/',
    '/problems/Internal',
    '/problems/<script>alert(1)</script>',
    '/elsewhere',
    '/PROBLEMS/internal',
  ])('that is not there (%s) is a 404 that repeats nothing', (path) => {
    const { status, headers, body } = ask(path, { accept: 'text/html' });
    expect(status).toBe(404);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(String(body))).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'No problem of this API has this name.',
      instance: '/problems/',
      request_id: 'request-1',
    });
  });
});
