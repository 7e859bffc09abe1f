/** Every block of docs/recipes.md, run as it stands against the running system. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type RunningSystem, sharedSystem } from './running-system.ts';

interface Block {
  heading: string;
  language: string;
  code: string;
}

const blocks: Block[] = readFileSync('docs/recipes.md', 'utf8')
  .split(/^## /m)
  .slice(1)
  .flatMap((section) =>
    [...section.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', code = '']) => ({
      heading: section.split('\n', 1)[0] ?? '',
      language,
      code,
    })),
  );

/** The blocks of one language below a heading, one after the other. */
function codeOf(heading: string, language: string): string {
  const code = blocks
    .filter((block) => block.heading === heading && block.language === language)
    .map((one) => one.code);
  if (code.length === 0) throw new Error(`docs/recipes.md has no ${language} below ${heading}`);
  return code.join('\n');
}

const has = (command: string, ...words: string[]) => spawnSync(command, words, { stdio: 'ignore' }).status === 0;
/** What npm does not bring. The recipes need it, and so do their tests. */
const hasShell = has('bash', '--version') && has('jq', '--version') && has('curl', '--fail-with-body', '--version');
const hasRequests = has('python3', '-c', 'import requests');

let system: RunningSystem;
let place: string;
beforeAll(async () => {
  system = await sharedSystem();
});
afterAll(() => system.end());
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'mrt-recipes-'));
  mkdirSync(join(place, '.local'));
  writeFileSync(join(place, '.local/endpoints.json'), JSON.stringify(system.endpoints));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

function run(command: string, words: string[], variables: Record<string, string> = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { cwd: place, env: { PATH: process.env['PATH'] ?? '', HOME: place, ...variables } };
    execFile(command, words, options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

/** A recipe in the shell, after what all of them need. */
const inShell = (code: string) => {
  const before = [codeOf('What all of them need', 'sh'), blocks.find(({ heading }) => heading === 'curl')?.code];
  return run('bash', ['--norc', '-euo', 'pipefail', '-c', [...before, code].join('\n')]);
};

function variables(): Record<string, string> {
  const { api, token_endpoint, client_id, client_secret } = system.endpoints;
  return {
    MRT_API: api,
    MRT_TOKEN_ENDPOINT: token_endpoint,
    MRT_CLIENT_ID: client_id,
    MRT_CLIENT_SECRET: client_secret,
  };
}

test('every block of the page is run by one of these', () => {
  const ways = blocks.map(({ heading, language }) => `${heading}: ${language}`);
  expect(new Set(ways)).toEqual(
    new Set([
      'What all of them need: sh',
      'curl: sh',
      'All users into a file: sh',
      'A GitLab job that fails on constants: yaml',
      'Prometheus: yaml',
      'Prometheus: sh',
      'Grafana: yaml',
      'Grafana: json',
      'Python: python',
      // By test/tools/history.test.ts.
      'The history in SQL: sh',
      'The history in SQL: sql',
    ]),
  );
});

describe.skipIf(!hasShell)('in a shell (bash, curl and jq)', () => {
  test('each line of curl gives what it says', async () => {
    const { code, stdout, stderr } = await inShell(codeOf('curl', 'sh'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^etl-prod\nshop-acc\nshop-prod\n(\S+\t\d+\n){5}\{\n {2}"rule": /);
    expect(stdout).toMatch(/^\S+\.\S+: (value|default|type|state|only_here|only_there)$/m);
    expect(stdout).toMatch(/\n\d+\n$/);
  });

  test('a refusal is an exit code, and says what is wrong', async () => {
    const { code, stdout } = await inShell('ask "$MRT_API/users?environment=nowhere"');
    expect(code).toBe(22);
    expect(JSON.parse(stdout)).toMatchObject({ status: 404 });
  });

  test('a figure that is not known stops the sum', async () => {
    const guard = /jq -e '(if .complete .*?)'/.exec(codeOf('curl', 'sh'))?.[1] ?? '';
    const { code } = await inShell(`echo '{"complete": false, "total": {"size_bytes": null}}' | jq -e '${guard}'`);
    expect(code).toBe(5);
  });

  test('the loop writes every user once, whatever the size of its pages', async () => {
    const loop = codeOf('All users into a file', 'sh');
    expect(await inShell(loop)).toEqual({ code: 0, stdout: '', stderr: '' });
    const whole = readFileSync(join(place, 'users.csv'), 'utf8');
    expect(await inShell(loop.replace('limit=10000', 'limit=90'))).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(join(place, 'users.csv'), 'utf8')).toBe(whole);
    const { json } = await system.ask('/users?environment=shop-prod&limit=1&count=exact');
    const { value } = json['count'] as { value: number };
    expect(whole.match(/^\d{10,},/gm)).toHaveLength(value);
    expect(whole.match(/^id,/gm)).toHaveLength(1);
  });

  test('the file for Prometheus has a figure in each line, in its text format', async () => {
    expect(await inShell(codeOf('Prometheus', 'sh'))).toEqual({ code: 0, stdout: '', stderr: '' });
    const lines = readFileSync(join(place, 'mrt.prom'), 'utf8').trim().split('\n');
    expect(lines.length).toBeGreaterThan(20);
    const sample = /^mrt_(bucket_size|table_total)_bytes\{environment="shop-prod",(bucket|table)="[^"\\\n]+"\} \d+$/;
    expect(lines.filter((line) => !sample.test(line))).toEqual([]);
  });
});

describe.skipIf(!hasShell)('the GitLab job (sh, curl and jq)', () => {
  const job = parse(codeOf('A GitLab job that fails on constants', 'yaml')) as Record<
    string,
    { variables: Record<string, string>; before_script: string[]; script: string[]; after_script: string[] }
  >;
  /** As a runner does: one script that ends with the first line that fails. What apk brings is here. */
  const runJob = (changes: Record<string, string> = {}) => {
    const { variables: own = {}, before_script = [], script = [], after_script = [] } = job['constants'] ?? {};
    expect(before_script).toEqual(['apk add --no-cache curl jq']);
    expect(script.filter((line) => typeof line !== 'string')).toEqual([]);
    const lines = `(set -e\n${script.join('\n')})\ncode=$?\n${after_script.join('\n')}\nexit $code`;
    return run('sh', ['-c', lines], { ...variables(), ...own, ...changes });
  };

  test('fails where there are findings, and names them', async () => {
    const { code, stdout } = await runJob();
    expect(code).not.toBe(0);
    expect(stdout).toMatch(/^secret-left-at-default \S+\.\S+$/m);
  });

  test('fails where the API refuses, and leaves no secret behind', async () => {
    const { code, stdout } = await runJob({ ENVIRONMENT: 'nowhere' });
    expect(code).not.toBe(0);
    expect(stdout).not.toMatch(/true$/m);
    expect(readFileSync(join(place, 'constants.json'), 'utf8')).toContain('unknown-environment');
    expect(has('test', '-e', join(place, 'client.txt')) || has('test', '-e', join(place, 'token.txt'))).toBe(false);
  });

  test.each([
    ['succeeds where there are none', { complete: true, findings: [] }, 0],
    ['fails where something could not be read', { complete: false, findings: [] }, 1],
  ])('%s', async (_, answer, expected) => {
    const server = createServer((_, response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { code } = await runJob({ MRT_API: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    server.close();
    expect(code).toBe(expected);
  });
});

describe('the settings of Prometheus', () => {
  interface Job {
    metrics_path: string;
    params: Record<string, string[]>;
    oauth2: { client_id: string; token_url: string; scopes: string[] };
    static_configs: { targets: string[] }[];
  }
  const { scrape_configs } = parse(codeOf('Prometheus', 'yaml')) as { scrape_configs: Job[] };
  /** What Prometheus 3 sends, but for its own older forms. */
  const ACCEPT = 'application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';

  test.each(scrape_configs)('get figures of every environment from $metrics_path', async (job) => {
    await system.record();
    const { MRT_CLIENT_ID = '', MRT_CLIENT_SECRET = '' } = variables();
    expect([job.oauth2.client_id, job.oauth2.token_url]).toEqual(['MRT_CLIENT_ID', 'MRT_TOKEN_ENDPOINT']);
    const token = await fetch(system.endpoints.token_endpoint, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${MRT_CLIENT_ID}:${MRT_CLIENT_SECRET}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: job.oauth2.scopes.join(' ') }),
    });
    const { access_token } = (await token.json()) as { access_token: string };
    const query = new URLSearchParams();
    for (const [name, values] of Object.entries(job.params)) for (const value of values) query.append(name, value);
    const headers = { accept: ACCEPT, 'x-prometheus-scrape-timeout-seconds': '30' };
    const reply = await system.ask(`${job.metrics_path}?${query}`, { token: access_token, headers });
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toContain('application/openmetrics-text');
    expect(reply.text).toMatch(/^mrt_\w+_bytes\{environment="shop-prod"[^}]*\} \d+$/m);
    expect(reply.text).toMatch(/\n# EOF\n$/);
  });
});

describe('the settings of Grafana', () => {
  /** As Grafana does it: variables of its own environment take their places in the file. */
  const filled = (text: string) => text.replaceAll(/\$(MRT_\w+)/g, (_, name: string) => variables()[name] ?? 'unset');

  test('get a token and, with the query of the panel, its columns', async () => {
    const { datasources } = parse(filled(codeOf('Grafana', 'yaml')));
    const { url, jsonData, secureJsonData } = datasources[0];
    expect(jsonData).toMatchObject({ auth_method: 'oauth2', oauth2: { oauth2_type: 'client_credentials' } });
    expect(jsonData.allowedHosts).toContain(url);
    const token = await fetch(jsonData.oauth2.token_url, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: jsonData.oauth2.client_id,
        client_secret: secureJsonData.oauth2ClientSecret,
        scope: jsonData.oauth2.scopes.join(' '),
      }),
    });
    const { access_token } = (await token.json()) as { access_token: string };
    const query = JSON.parse(codeOf('Grafana', 'json'));
    const { status, json } = await system.ask(query.url, { token: access_token });
    expect(status).toBe(200);
    const rows = json[query.root_selector] as Record<string, unknown>[];
    expect(rows).toHaveLength(20);
    for (const { selector, type } of query.columns as { selector: string; type: string }[]) {
      const values = rows.map((row) => row[selector]).filter((value) => value !== null);
      expect(values.length).toBeGreaterThan(0);
      expect(new Set(values.map((value) => typeof value))).toEqual(new Set([type]));
    }
  });
});

describe.skipIf(!hasRequests)('in Python (with requests)', () => {
  test('the program counts who has not logged in', async () => {
    const { code, stdout, stderr } = await run('python3', ['-c', codeOf('Python', 'python')], variables());
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { json } = await system.ask(
      '/users?environment=shop-prod&kind=named&inactive_since=2026-01-01&limit=1&count=exact',
    );
    const { value } = json['count'] as { value: number };
    expect(value).toBeGreaterThan(0);
    expect(stdout).toBe(`${value} people have not logged in this year\n`);
  });

  test('a refusal ends it with what is wrong', async () => {
    const wrong = codeOf('Python', 'python').replace('shop-prod', 'nowhere');
    const { code, stderr } = await run('python3', ['-c', wrong], variables());
    expect(code).toBe(1);
    expect(stderr).toContain('404: ');
  });
});
