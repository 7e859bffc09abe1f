import { curlLine, mrtLine, shellWord } from '@mrt/console/address/commands.ts';
import { requestPath } from '@mrt/console/address/question.ts';
import { viewPath, withChoice } from '@mrt/console/address/view-address.ts';
import { describe, expect, test } from 'vitest';

describe('the lines for a terminal', () => {
  test.each([
    [
      { path: '/table_size', query: { environment: 'shop-prod', limit: 1000, module: undefined } },
      'mrt tables -e shop-prod --limit 1000',
    ],
    [{ path: '/users', query: { environment: 'shop-prod', summary: true } }, 'mrt users -e shop-prod --summary'],
    [
      { path: '/users', query: { environment: 'a', never_logged_in: 'false' } },
      'mrt users -e a --never-logged-in false',
    ],
    [{ path: '/bucket_size', query: { environment: '*', limit: 1000 } }, "mrt buckets -e '*' --limit 1000"],
    [
      { path: '/micro_flow_constants', query: { environment: 'a', compare: 'b', limit: 200 } },
      'mrt constants diff a b',
    ],
    [{ path: '/bucket_size', query: { environment: 'a', days: 90 } }, 'mrt buckets -e a --days 90 --json'],
    [{ path: '/bucket_size', query: { environment: 'a', source: 'both' } }, 'mrt buckets -e a --source both --json'],
    [
      { path: '/table_size', query: { environment: 'a', summary: true, days: 90 } },
      'mrt tables -e a --summary --days 90',
    ],
    [{ path: '/table_size', query: { environment: 'a', cursor: 'v1.abc' } }, 'mrt tables -e a'],
  ] as const)('%j is %s', (question, line) => {
    expect(mrtLine(question)).toBe(line);
  });

  test('curl takes the token from a variable, and the address as one word', () => {
    expect(
      curlLine('https://maas-api.example.com/', { path: '/users', query: { environment: 'shop', role: 'A & B' } }),
    ).toBe(
      `curl -s --compressed -H "Authorization: Bearer $TOKEN" 'https://maas-api.example.com/users?environment=shop&role=A+%26+B'`,
    );
  });

  test.each(["it's", '$(reboot)', '`id`', 'a"b', 'new\nline', '<img src=x onerror=alert(1)>'])(
    '%j is one word for a shell',
    (text) => {
      const word = shellWord(text);
      expect(word.startsWith("'") && word.endsWith("'")).toBe(true);
      // What the shell would make of it: quotes end and begin again around each quote of the text.
      expect(word.slice(1, -1).replaceAll("'\\''", "'")).toBe(text);
    },
  );
});

describe('addresses', () => {
  test('hold what was chosen, and nothing that was not', () => {
    expect(viewPath('shop-prod', 'overview')).toBe('/e/shop-prod');
    expect(viewPath('shop prod/x', 'tables', { module: 'Sales', kind: undefined, table: '' })).toBe(
      '/e/shop%20prod%2Fx/tables?module=Sales',
    );
    expect(withChoice('/e/a', { cursor: null, blocked: false })).toBe('/e/a');
    expect(requestPath({ path: '/users', query: { environment: 'a', kind: undefined, clear: false } })).toBe(
      '/users?environment=a&clear=false',
    );
  });
});
