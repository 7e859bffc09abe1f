/** `mrt login`, `logout` and `profiles`: who asks which API. */
import type { Command } from 'commander';
import { ProfileError, UsageError } from '../exit-codes.ts';
import { keepToken } from '../profile/kept-tokens.ts';
import { configFolder, readProfiles, requireProfileName, requireSecure, saveProfile } from '../profile/profiles.ts';
import { claimsOf, tokenProvider } from '../profile/token-provider.ts';
import type { Host } from '../run.ts';
import { safeText } from '../terminal/cells.ts';
import { table } from '../terminal/table.ts';
import { type Ended, examplesText } from './route-command.ts';

interface LoginOptions {
  api?: string;
  tokenEndpoint?: string;
  clientId?: string;
  environment?: string;
  machine?: true;
  scope: string[];
  redirect?: string;
  browser: boolean;
}

const DEFAULT_NAME = 'default';

/** Adds the three. */
export function addProfileCommands(program: Command, host: Host, ended: Ended): void {
  program
    .command('login')
    .description('Makes a profile where there is none, and signs in.')
    .argument('[profile]', 'name of the profile; default: the first one that was made')
    .option('--api <address>', 'of a new profile: the stack’s output ApiAddress')
    .option('--token-endpoint <address>', 'of a new profile: the output TokenEndpoint')
    .option('--client-id <id>', 'of a new profile: the output PeopleClientId, or one of ClientIds with --machine')
    .option('--environment <name>', 'of a new profile: the environment where none is named')
    .option('--machine', 'the client has a secret: it is asked for, or read from standard input')
    .option('--scope <scope...>', 'for a person: no more than these; default: all that the client allows', [])
    .option('--redirect <address>', 'where the browser comes back to; the stack must have it in people.callback_urls')
    .option('--no-browser', 'start no browser; the address is shown in any case')
    .addHelpText(
      'after',
      examplesText([
        ['mrt login prod --api https://… --token-endpoint https://… --client-id …', 'a person, the first time'],
        ['mrt login prod', 'the same person, a day later'],
        ['mrt login ci --machine --api … --token-endpoint … --client-id … < secret', 'a machine'],
      ]),
    )
    .action(async (name: string | undefined, options: LoginOptions) => ended(await login(name, options, host)));
  program
    .command('logout')
    .description('Forgets the tokens of a profile. The profile itself stays.')
    .argument('[profile]', 'name of the profile')
    .action((name: string | undefined) => ended(logout(name, host)));
  program
    .command('profiles')
    .description('The profiles that there are. A * is the default.')
    .action(() => ended(profiles(host)));
}

/**
 * What is given counts over what the profile has; a profile with a secret is a machine's.
 *
 * @throws UsageError where a new profile is not whole; ProfileError or TokenError where nobody is let in
 */
async function login(given: string | undefined, options: LoginOptions, host: Host): Promise<number> {
  const folder = configFolder(host.variables);
  const name = given ?? readProfiles(folder).default ?? DEFAULT_NAME;
  requireProfileName(name);
  const { api, tokenEndpoint, clientId, environment, machine } = options;
  const secret = machine ? await askSecret(host) : undefined;
  const before = Object.hasOwn(readProfiles(folder).profiles, name) ? readProfiles(folder).profiles[name] : {};
  const fields = {
    ...before,
    ...(api !== undefined && { api: requireSecure(api, 'api', '--api') }),
    ...(tokenEndpoint !== undefined && {
      token_endpoint: requireSecure(tokenEndpoint, 'token_endpoint', '--token-endpoint'),
    }),
    ...(clientId !== undefined && { client_id: clientId }),
    ...(environment !== undefined && { environment }),
    ...(secret !== undefined && { client_secret: secret }),
  } as Record<string, string>;
  for (const [field, option] of [
    ['api', '--api'],
    ['token_endpoint', '--token-endpoint'],
    ['client_id', '--client-id'],
  ] as const) {
    if (!fields[field]) throw new UsageError(`the profile ${name} is new: ${option} is needed too`);
  }
  return fields['client_secret'] === undefined
    ? signInPerson(name, fields, options, host)
    : signInMachine(name, fields, host);
}

async function askSecret(host: Host): Promise<string> {
  const { readSecret } = await import('../sign-in/secret-prompt.ts');
  return readSecret('Client secret (not shown): ', host.stdin, host.stderr);
}

/** Nothing is saved before the secret has proved to be the right one. */
async function signInMachine(name: string, fields: Record<string, string>, host: Host): Promise<number> {
  const profile = { ...profileOf(fields), name: null };
  await tokenProvider(profile, configFolder(host.variables))({ refused: null, signal: host.signal });
  saveProfile(configFolder(host.variables), name, fields);
  keepToken(configFolder(host.variables), name, undefined);
  host.stderr.write(`profile ${name}: the secret is right\n`);
  return 0;
}

/** The tokens are kept once they are there; the profile with them, so that a sign-in that fails leaves nothing. */
async function signInPerson(name: string, fields: Record<string, string>, options: LoginOptions, host: Host) {
  const folder = configFolder(host.variables);
  const { signIn, DEFAULT_REDIRECT } = await import('../sign-in/sign-in.ts');
  const place = { tokenEndpoint: fields['token_endpoint'] ?? '', clientId: fields['client_id'] ?? '' };
  const tokens = await signIn(place, {
    redirectUri: options.redirect ?? DEFAULT_REDIRECT,
    scopes: options.scope,
    browser: options.browser,
    signal: host.signal,
    show: (address) => void host.stderr.write(`Sign in with a browser on this machine:\n\n  ${address}\n\n`),
  });
  saveProfile(folder, name, fields);
  keepToken(folder, name, { ...tokens, client_id: place.clientId, token_endpoint: place.tokenEndpoint });
  const { username } = claimsOf(tokens.access_token);
  host.stderr.write(`profile ${name}: signed in${username === undefined ? '' : ` as ${safeText(String(username))}`}\n`);
  return 0;
}

function profileOf(fields: Record<string, string>) {
  return {
    api: fields['api'] ?? '',
    tokenEndpoint: fields['token_endpoint'] ?? null,
    clientId: fields['client_id'] ?? null,
    clientSecret: fields['client_secret'] ?? null,
    environment: fields['environment'] ?? null,
    token: null,
  };
}

/** At the token endpoint nothing is withdrawn: a person's sign-in ends there after twelve hours at most. */
function logout(given: string | undefined, host: Host): number {
  const folder = configFolder(host.variables);
  const name = given ?? readProfiles(folder).default ?? DEFAULT_NAME;
  const { profiles: all } = readProfiles(folder);
  if (!Object.hasOwn(all, name)) throw new ProfileError(`there is no profile ${name}`);
  const had = keepToken(folder, name, undefined);
  host.stderr.write(had ? `profile ${name}: its tokens are gone\n` : `profile ${name} had no tokens\n`);
  return 0;
}

/** Without secrets: whether there is one is said. */
function profiles(host: Host): number {
  const file = readProfiles(configFolder(host.variables));
  const rows = Object.entries(file.profiles).map(([name, fields]) => ({
    profile: name === file.default ? `${name} *` : name,
    api: fields['api'],
    as: fields['client_secret'] === undefined ? 'person' : 'machine',
    client_id: fields['client_id'],
    environment: fields['environment'] ?? null,
  }));
  const width = host.stdout.isTTY ? (host.stdout.columns ?? 80) : null;
  const { lines } = table(['profile', 'api', 'as', 'environment', 'client_id'], rows, {
    width,
    colour: false,
    bytes: false,
  });
  host.stdout.write(rows.length === 0 ? '' : `${lines.join('\n')}\n`);
  if (rows.length === 0) host.stderr.write('no profile yet: mrt login --help says how to make one\n');
  return 0;
}
