/** Options follow from the routes: here, that nothing of a route is lost on the way, and nothing of ours is in its way. */
import { readFileSync } from 'node:fs';
import { COMMANDS } from '@mrt/cli/commands.ts';
import { EXIT, exitCodeOf, OutputError, ProfileError, UsageError } from '@mrt/cli/exit-codes.ts';
import { program, runCommand } from '@mrt/cli/program/program.ts';
import { queryOf, routeOptions } from '@mrt/cli/program/route-options.ts';
import { ROUTES } from '@mrt/cli/routes.ts';
import type { Host } from '@mrt/cli/run.ts';
import { ConnectionError, GatewayError, TokenError } from '@mrt/client';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { routes } from '../../../lambdas/routes.ts';

/** A terminal that keeps what it is told. */
function host(variables: NodeJS.ProcessEnv = {}): Host & { out: string[]; err: string[] } {
  const [out, err]: [string[], string[]] = [[], []];
  const screen = (kept: string[]) => ({ write: (text: string) => kept.push(text) > 0 }) as unknown as Host['stdout'];
  return {
    out,
    err,
    variables: { XDG_CONFIG_HOME: '/nowhere', ...variables },
    stdout: screen(out),
    stderr: screen(err),
    stdin: process.stdin,
    signal: new AbortController().signal,
  };
}

describe('commands', () => {
  test('they ask lists of the API, by the path of the route', () => {
    const lists: string[] = routes.filter(({ rows }) => rows !== null).map(({ path }) => path);
    expect(COMMANDS.map(({ path }) => path).filter((path) => !lists.includes(path))).toEqual([]);
    expect(COMMANDS.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['environments', 'buckets', 'tables', 'users', 'constants', 'audit', 'grants']),
    );
  });

  test.each(COMMANDS)('mrt $name takes every parameter of its route', (command) => {
    const { route } = command;
    const flags = routeOptions(route).map((option) => option.long);
    const names = route.parameters
      .filter(({ name }) => name !== 'limit')
      .map(({ name }) => `--${name.replaceAll('_', '-')}`);
    expect(flags).toEqual(names);
  });

  test('no option is defined twice, by the route and by mrt', () => {
    for (const command of program(host(), () => undefined).commands) {
      const longs = command.options.map(({ long }) => long);
      const shorts = command.options.flatMap(({ short }) => short ?? []);
      expect(longs).toEqual([...new Set(longs)]);
      expect(shorts).toEqual([...new Set(shorts)]);
    }
  });
});

describe('docs/cli.md', () => {
  const page = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8');
  const all = (command: Command, path: string): [string, Command][] => [
    [path, command],
    ...command.commands.flatMap((below) => all(below, `${path} ${below.name()}`)),
  ];
  const commands = program(host(), () => undefined).commands.flatMap((command) =>
    all(command, `mrt ${command.name()}`),
  );

  test.each(commands)('has `%s`', (path) => {
    expect(page).toContain(`\`${path}`);
  });

  test('has every option that follows from no parameter of a route', () => {
    const ofRoutes = ROUTES.flatMap((route) => routeOptions(route).map(({ long }) => long));
    const own = commands.flatMap(([, { options }]) => options.map(({ long }) => long ?? ''));
    const missing = own.filter((long) => !ofRoutes.includes(long) && !new RegExp(`${long}(?![\\w-])`).test(page));
    expect(own).toContain('--watch');
    expect([...new Set(missing)]).toEqual([]);
  });
});

describe('an option of a route', () => {
  const users = ROUTES.find(({ name }) => name === 'users') as (typeof ROUTES)[number];
  const parsed = (...words: string[]) => {
    const command = new Command('users').exitOverride().configureOutput({ writeErr: () => undefined });
    for (const option of routeOptions(users)) command.addOption(option);
    return queryOf(users, command.parse(words, { from: 'user' }).opts());
  };

  test('becomes a parameter by the name of the wire', () => {
    expect(parsed('-e', 'shop-prod', '--last-login-after', '2026-01-01', '--budget-s', '5')).toEqual({
      environment: 'shop-prod',
      last_login_after: '2026-01-01',
      budget_s: 5,
    });
  });

  test('that is a flag is true by itself, and false in a word', () => {
    expect(parsed('--active')).toEqual({ active: true });
    expect(parsed('--active', 'false', '--blocked=true')).toEqual({ active: false, blocked: true });
  });

  test('that is a list may be given in one piece or in several', () => {
    expect(parsed('--fields', 'id', '--fields', 'name,email')).toEqual({ fields: 'id,name,email' });
    const { label } = parsed('--label', 'stage:prod', '--label', 'app:shop');
    expect(label).toBe('stage:prod,app:shop');
  });

  test.each([
    ['--active', 'maybe'],
    ['--kind', 'person'],
    ['--budget-s', '26'],
    ['--budget-s', '1e1'],
    ['--fields', 'id,password'],
    ['--fields', 'id', '--fields', 'password'],
    ['--colour', 'red'],
  ])('is refused before anything is asked: %s %s', (...words) => {
    expect(() => parsed(...words)).toThrow();
  });
});

describe('exit codes', () => {
  test.each<[string, unknown, number]>([
    ['a mistake', new UsageError('x'), 2],
    ['no profile', new ProfileError('x'), 3],
    ['no token', new TokenError('x', 400, 'invalid_client'), 3],
    ['401 of the gateway', new GatewayError('x', 401, null, null), 3],
    ['404', new GatewayError('x', 404, null, null), 4],
    ['429', new GatewayError('x', 429, null, 1), 5],
    ['503', new GatewayError('x', 503, null, null), 5],
    ['no network', new ConnectionError('x'), 6],
    ['a full disk', new OutputError('f', Object.assign(new Error('x'), { code: 'ENOSPC' })), 8],
    ['a reader that went away', new OutputError('f', Object.assign(new Error('x'), { code: 'EPIPE' })), 141],
    ['a fault of our own', new Error('x'), 5],
  ])('%s', (_, error, code) => {
    expect(exitCodeOf(error)).toBe(code);
  });

  test('a mistake on the command line is 2, help and version are 0', async () => {
    expect(await runCommand(['tables', '--colour'], host())).toBe(EXIT.usage);
    expect(await runCommand(['nothing'], host())).toBe(EXIT.usage);
    expect(await runCommand(['--version'], host())).toBe(EXIT.good);
    const help = host();
    expect(await runCommand(['users', '--help'], help)).toBe(EXIT.good);
    expect(help.out.join('')).toMatch(/--inactive-since <text>[\s\S]*Examples:/);
  });

  test('without a profile it is 3, and the message says what to do', async () => {
    const { err, ...rest } = host();
    expect(await runCommand(['tables'], { ...rest })).toBe(EXIT.refused);
    expect(err.join('')).toContain('mrt login --help');
  });
});
