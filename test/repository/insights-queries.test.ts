/** The questions to CloudWatch Logs Insights that the documents give, held to the lines that are really written. */
import { globSync, readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { Timing } from '../../lambdas/context.ts';
import { CANARY_METRIC, METRICS } from '../../lambdas/contract.ts';
import { logAudit } from '../../lambdas/http/audit.ts';
import { logRequest, newRequestLine } from '../../lambdas/http/log.ts';

/** Commands of the language, and functions (CloudWatch Logs guide, "Logs Insights QL command and function reference"). */
const COMMANDS = ['fields', 'filter', 'stats', 'sort', 'limit', 'parse', 'display', 'dedup'];
const FUNCTIONS = ['count', 'sum', 'avg', 'min', 'max', 'pct', 'bin'];
const WORDS = ['and', 'or', 'not', 'in', 'like', 'as', 'by', 'asc', 'desc'];
/** CloudWatch's, and those of Lambda's own lines (Lambda guide, "Lambda Telemetry API Event schema reference"). */
const OWN_FIELDS = ['@message', '@timestamp', '@log', '@logStream', 'type', 'record'];

/** Names of all that stands in request and audit lines, those of a stage with every option. */
function fieldsOfLines(): Set<string> {
  const http = { id: 'request-1', method: 'GET' as const, header: () => `00-${'4b'.repeat(16)}-${'f0'.repeat(8)}-01` };
  const line = { ...newRequestLine(http, 'dev', 'users', new Timing()), spiffe_id: 'spiffe://a/b', tenant: 'bank-a' };
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  logRequest({ ...line, origin: { ...line.origin, role_session: 'users' } });
  logAudit(line, null, []);
  const lines = written.mock.calls.map(([text]) => JSON.parse(String(text)));
  written.mockRestore();
  return new Set([
    ...lines.flatMap((fields) => Object.keys(fields)),
    ...Object.values(METRICS),
    CANARY_METRIC,
    ...OWN_FIELDS,
  ]);
}

/** Blocks and words of code that begin with a command; in a table the bar is escaped. */
function queriesOf(text: string): string[] {
  const code = [...text.matchAll(/```\n([^`]+)```|`([^`\n]+)`/g)].map(([, block, word]) => block ?? word ?? '');
  return code.map((query) => query.replaceAll('\\|', '|').trim()).filter((query) => BEGIN.test(query));
}
const BEGIN = new RegExp(`^(${COMMANDS.join('|')}) [^:{]+$`);

/** What is wrong with a query; nothing where CloudWatch would take it and it could find something. */
function* faultsOf(query: string, known: ReadonlySet<string>): Generator<string> {
  let fields: ReadonlySet<string> = known;
  const withoutTexts = query.replaceAll(/"[^"]*"|'[^']*'|\/[^/]+\//g, '0');
  for (const step of withoutTexts.split('|').map((part) => part.trim())) {
    const [command = ''] = /^\S+/.exec(step) ?? [];
    if (!COMMANDS.includes(command)) yield `${command} is no command`;
    const aliases = [...step.matchAll(/\bas (\w+)/g)].map(([, alias = '']) => alias);
    const rest = step.slice(command.length).replaceAll(/\bas \w+/g, '');
    for (const [, name = '', call] of rest.matchAll(/(?<![\w.@])([@A-Za-z_][\w.@]*)(\s*\()?/g)) {
      if (call !== undefined && !WORDS.includes(name)) {
        if (!FUNCTIONS.includes(name)) yield `${name} is no function`;
      } else if (!WORDS.includes(name) && !fields.has(name) && !fields.has(name.split('.')[0] ?? '')) {
        yield `${name} is no field${fields === known ? '' : ' after stats'}`;
      }
    }
    if (command === 'stats') {
      // What is not counted or grouped by is gone.
      const groups = (rest.split(/\bby\b/)[1] ?? '').split(',').map((group) => group.trim());
      fields = new Set([...aliases, ...groups]);
    } else if (aliases.length > 0) fields = new Set([...fields, ...aliases]);
  }
}

const known = fieldsOfLines();

test('every question of the documents names commands, functions and fields that there are', () => {
  const queries = globSync('docs/*.md').flatMap((file) =>
    queriesOf(readFileSync(file, 'utf8')).map((query) => ({ file, query })),
  );
  expect(queries.length).toBeGreaterThan(12);
  const faults = queries.flatMap(({ file, query }) =>
    [...faultsOf(query, known)].map((fault) => `${file}: ${query}: ${fault}`),
  );
  expect(faults).toEqual([]);
});

test.each([
  ['filter statuz = 500', 'statuz is no field'],
  ['filter status >= 500 | group by route', 'group is no command'],
  ['stats median(duration_ms) by route', 'median is no function'],
  ['stats count() by route | filter status >= 500', 'status is no field after stats'],
])('a wrong one is told: %s', (query, fault) => {
  expect([...faultsOf(query, known)]).toContain(fault);
});
