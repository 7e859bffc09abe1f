import { describe, expect, test } from 'vitest';
import { message, word } from '../../../../lambdas/routes/airflow_health/outside-text.ts';

describe('Airflow’s own words', () => {
  test('are one line of bounded length, without signs that nobody sees', () => {
    expect(word('  sales\n\u001b[31mred\u202e ')).toBe('sales [31mred');
    expect(word('a'.repeat(300))).toBe(`${'a'.repeat(249)}…`);
    expect(message('x'.repeat(1_000_000))).toHaveLength(500);
    expect(message('')).toBe('');
  });

  test('of a traceback are its last line', () => {
    expect(message('Traceback (most recent call last):\n  File "/a.py", line 2\nKeyError: \'x\'\n')).toBe(
      "KeyError: 'x'",
    );
  });

  test.each([
    'could not connect to postgresql://airflow:hunter2@db.internal/airflow',
    "OperationalError: password='hunter2' is wrong",
    'KeyError: {"aws_secret_access_key": "hunter2"}',
    'Authorization: Bearer hunter2hunter2',
    'API_TOKEN=hunter2, retrying',
  ])('have no secret in them: %s', (text) => {
    expect(message(text)).toContain('***');
    expect(message(text)).not.toContain('hunter2');
  });

  test('that hold none stay as they are', () => {
    const text = "ModuleNotFoundError: No module named 'paramiko'";
    expect(message(text)).toBe(text);
  });
});
