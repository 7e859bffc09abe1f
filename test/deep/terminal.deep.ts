/** `mrt` in a real terminal (tmux), completed by real shells, and asked by the inspector of the Model Context Protocol. */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { textWidth } from '@mrt/cli/terminal/width.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builtMrt, profileOf } from '../end-to-end/mrt.ts';
import { type RunningSystem, runSystem } from '../end-to-end/running-system.ts';
import { slowApi } from './terminal/slow-api.ts';
import { Terminals } from './terminal/terminals.ts';

const INSPECTOR = process.env['MRT_INSPECTOR'] ?? '';
const SMALL_DISK = process.env['MRT_SMALL_DISK'] ?? '';
if (INSPECTOR === '' || SMALL_DISK === '') throw new Error('run .ci/deep.d/terminal.sh');

let system: RunningSystem;
let directory: string;
let screens: Terminals;

beforeAll(async () => {
  system = await runSystem({ sampleScale: 0.1 });
  directory = mkdtempSync(join(tmpdir(), 'mrt-terminal-'));
  screens = new Terminals(directory);
  mkdirSync(join(directory, 'bin'));
  writeFileSync(join(directory, 'bin', 'mrt'), `#!/bin/sh\nexec "${process.execPath}" "${await builtMrt()}" "$@"\n`, {
    mode: 0o755,
  });
}, 300_000);
afterAll(async () => {
  screens.close();
  await system.end();
}, 60_000);

const { NO_COLOR: _, FORCE_COLOR: __, ...outside } = process.env;
const variables = (own: Record<string, string> = {}) => ({
  ...outside,
  ...profileOf(system),
  PATH: `${directory}/bin:${process.env['PATH']}`,
  HOME: directory,
  TERM: 'xterm-256color',
  ...own,
});
const open = (width: number, own: Record<string, string> = {}) => screens.open(width, variables(own));

describe('in a terminal', () => {
  test.each([80, 200])('of %i columns, a table fits, and is not wrapped', async (width) => {
    const terminal = open(width);
    terminal.type('mrt tables --limit 20; echo "ended $?"');
    const screen = await terminal.shows(/ended 0/);
    const lines = screen.split('\n');
    const heading = lines.findIndex((line) => line.startsWith('TABLE'));
    // Twenty rows directly below the heading: a wrapped one would stand between them.
    const rows = lines.slice(heading + 1, heading + 21);
    expect(rows.every((line) => /^\w+\$\w|^\w+…?/.test(line) && textWidth(line) <= width)).toBe(true);
    expect(lines[heading]?.includes('DEAD ROWS')).toBe(width === 200);
    expect(screen.includes('not shown at this width')).toBe(width === 80);
    expect(terminal.screen(true)).toContain('\u001b[1mTABLE');
  });

  test('NO_COLOR has none', async () => {
    const terminal = open(100, { NO_COLOR: '1' });
    terminal.type('mrt tables --limit 3; echo "ended $?"');
    await terminal.shows(/ended 0/);
    expect(terminal.screen(true)).not.toContain('\u001b[1m');
  });

  test('shows the first hundred rows, and says so', async () => {
    const terminal = open(100);
    terminal.type('mrt users --fields id; echo "ended $?"');
    expect(await terminal.shows(/ended 0/)).toContain('the first 100 users; --all shows the rest');
  });

  test('an export has one line of progress, which leaves no trace', async () => {
    const slow = await slowApi();
    const terminal = open(100, { MRT_API: slow.address, MRT_TOKEN: 't' });
    terminal.type('mrt users --csv > out.csv; echo "ended $?"');
    const during = await terminal.shows(/of 50 users, \d+\/s, \d+ s left/);
    expect(during.match(/users, /g)?.length).toBe(1);
    const after = await terminal.shows(/ended 0/);
    expect(after).not.toMatch(/users, |s left/);
    slow.server.close();
  });

  test('Ctrl-C ends a watch, and the terminal is as before', async () => {
    const terminal = open(80);
    terminal.type('mrt buckets --watch 1; echo "ended $?"');
    await terminal.shows(/every 1 s; Ctrl-C ends it[\s\S]*shop-prod-files/);
    terminal.press('C-c');
    await terminal.shows(/ended 130/);
    terminal.type('echo typed');
    await terminal.shows(/^typed$/m);
  });

  test('a secret is not shown while it is typed', async () => {
    const terminal = open(120);
    const { MRT_API, MRT_TOKEN_ENDPOINT, MRT_CLIENT_ID, MRT_CLIENT_SECRET } = profileOf(system);
    terminal.type(
      `XDG_CONFIG_HOME=${directory}/x mrt login t --machine --api ${MRT_API} --token-endpoint ${MRT_TOKEN_ENDPOINT} --client-id ${MRT_CLIENT_ID}; echo "ended $?"`,
    );
    await terminal.shows(/not shown/);
    terminal.type(MRT_CLIENT_SECRET ?? '');
    const screen = await terminal.shows(/ended 0/);
    expect(screen.replaceAll('\n', '')).not.toContain((MRT_CLIENT_SECRET ?? '').slice(0, 12));
  });

  test('without a network it says so and ends with 6', async () => {
    const terminal = open(80, { MRT_API: 'https://maas-api.invalid', MRT_TOKEN: 't' });
    terminal.type('mrt tables; echo "ended $?"');
    await terminal.shows(/ended 6/);
  });

  test('with a token that has expired it says how to sign in and ends with 3', async () => {
    const config = join(directory, 'expired', 'mrt');
    mkdirSync(config, { recursive: true });
    const { MRT_API, MRT_TOKEN_ENDPOINT } = profileOf(system);
    const people = { api: MRT_API, token_endpoint: MRT_TOKEN_ENDPOINT, client_id: 'people' };
    const token = { access_token: 'a', expires_at: 1, client_id: 'people', token_endpoint: MRT_TOKEN_ENDPOINT };
    writeFileSync(join(config, 'profiles.json'), JSON.stringify({ default: 'prod', profiles: { prod: people } }), {
      mode: 0o600,
    });
    writeFileSync(join(config, 'tokens.json'), JSON.stringify({ prod: token }), { mode: 0o600 });
    const terminal = open(80, { XDG_CONFIG_HOME: join(directory, 'expired'), MRT_PROFILE: 'prod' });
    terminal.type('mrt tables; echo "ended $?"');
    expect(await terminal.shows(/ended 3/)).toContain('your sign-in has ended: mrt login prod');
  });
});

describe('on a full disk', () => {
  test('an export ends with 8, and goes on when there is room', async () => {
    const run = promisify(execFile);
    const path = join(SMALL_DISK, 'users.csv');
    const filler = join(SMALL_DISK, 'filler');
    execFileSync('bash', ['-c', `head -c 100M /dev/zero > '${filler}' || true; truncate -s -8K '${filler}'`]);
    const full = await run('mrt', ['users', '--csv', '--output', path], { env: variables() }).catch((error) => error);
    expect([full.code, full.stderr]).toEqual([8, expect.stringContaining('the disk is full')]);
    expect(existsSync(path)).toBe(false);
    execFileSync('rm', [filler]);
    await run('mrt', ['users', '--csv', '--output', path], { env: variables() });
    const { stdout } = await run('mrt', ['users', '--csv'], { env: variables(), maxBuffer: 1e8 });
    expect(readFileSync(path, 'utf8')).toBe(stdout);
  });
});

describe('completion', () => {
  test.each([
    ['bash', '. /usr/share/bash-completion/bash_completion; source <(mrt complete bash)', 'exec bash --norc'],
    ['zsh', 'autoload -U compinit && compinit -u && source <(mrt complete zsh)', 'exec zsh -f'],
    ['fish', 'mrt complete fish | source', 'exec fish --no-config'],
  ])('%s completes a command, an option and its words', async (_, source, shell) => {
    const terminal = open(100);
    terminal.type(shell);
    await sleep(1000);
    terminal.type(`${source}; echo re''ady`);
    await terminal.shows(/^ready/m);
    terminal.begin('mrt use');
    terminal.press('Tab');
    await terminal.shows(/mrt users/);
    terminal.begin('--user-t');
    terminal.press('Tab');
    await terminal.shows(/mrt users --user-type/);
    terminal.begin(' inter');
    terminal.press('Tab');
    await terminal.shows(/mrt users --user-type +internal/);
  });
});

describe('the inspector', () => {
  const inspect = (...words: string[]) =>
    promisify(execFile)(INSPECTOR, ['--cli', '-e', `MRT_PROFILE=${profile()}`, 'mrt', 'mcp', ...words], {
      env: variables(),
      maxBuffer: 1e7,
    });
  /** The inspector hands no variables down but those that it is told. */
  const profile = () => join(system.directory, 'endpoints.json');

  test('lists the tools and calls one', async () => {
    const { stdout: tools } = await inspect('--method', 'tools/list');
    expect(JSON.parse(tools).tools.map(({ name }: { name: string }) => name)).toContain('table_size');
    const { stdout: called } = await inspect(
      '--method',
      'tools/call',
      '--tool-name',
      'table_size',
      '--tool-arg',
      'limit=2',
    );
    const [{ text }] = JSON.parse(called).content;
    expect(JSON.parse(text).tables.length).toBe(2);
    const { stdout: read } = await inspect('--method', 'resources/read', '--uri', 'mrt://problems/invalid-cursor');
    expect(read).toContain('Invalid cursor');
  });
});
