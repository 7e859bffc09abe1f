/**
 * Which API to ask, and as whom: a profile by name from `profiles.json` in the XDG configuration folder, a file by its
 * path, or `MRT_…` variables. No secret is ever an argument: the arguments of a process can be read by everybody.
 */
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { ProfileError, UsageError } from '../exit-codes.ts';
import { readPrivateJson, writePrivateJson } from './private-file.ts';

/** One API and one caller of it. In the file the names have underscores, as in `.local/endpoints.json`. */
export interface Profile {
  /** As it was chosen; `null`: from variables or from a file, so nothing is kept for it. */
  name: string | null;
  /** Base address of the API. */
  api: string;
  /** Cognito's `/oauth2/token`. `null`: only a token of `MRT_TOKEN`, or routes without one. */
  tokenEndpoint: string | null;
  clientId: string | null;
  /** A machine's. `null`: people sign in. */
  clientSecret: string | null;
  /** What `--environment` is when it is left out. */
  environment: string | null;
  /** A token that somebody else got. */
  token: string | null;
}

/** `profiles.json`. */
export interface ProfileFile {
  default?: string;
  profiles: Record<string, Record<string, unknown>>;
}

const NAME = /^[\w.-]{1,64}$/;

/** `$XDG_CONFIG_HOME/mrt`, by default `~/.config/mrt` (XDG Base Directory Specification; a relative path is ignored). */
export function configFolder(variables: NodeJS.ProcessEnv): string {
  const home = variables['XDG_CONFIG_HOME'];
  return join(home !== undefined && isAbsolute(home) ? home : join(homedir(), '.config'), 'mrt');
}

/** The file of profiles; empty when there is none yet. @throws ProfileError when others may read it */
export function readProfiles(folder: string): ProfileFile {
  const file = readPrivateJson(profilesPath(folder)) ?? { profiles: {} };
  const { profiles } = file as ProfileFile;
  if (typeof profiles !== 'object' || profiles === null) {
    throw new ProfileError(`${profilesPath(folder)} has no object "profiles"`);
  }
  return file as ProfileFile;
}

/** Adds a profile or replaces it; the first one becomes the default. */
export function saveProfile(folder: string, name: string, fields: Record<string, string>): void {
  const file = readProfiles(folder);
  writePrivateJson(profilesPath(folder), {
    ...file,
    default: file.default ?? name,
    profiles: { ...file.profiles, [name]: fields },
  });
}

const profilesPath = (folder: string) => join(folder, 'profiles.json');

/** @throws UsageError */
export function requireProfileName(name: string): void {
  if (!NAME.test(name))
    throw new UsageError(`a profile is called by up to 64 letters, digits, ., _ and -, not ${name}`);
}

/**
 * The profile for this run. What is named counts more than what is set: `--profile`, `MRT_PROFILE`, `MRT_API` with its
 * relatives, the default of the file.
 *
 * @param chosen `--profile`: a name, or the path of a file (with a `/`, or ending in `.json`)
 * @throws ProfileError when there is none, or when it is not whole
 */
export function chosenProfile(chosen: string | undefined, variables: NodeJS.ProcessEnv): Profile {
  const name = chosen ?? (variables['MRT_PROFILE'] || undefined);
  if (name === undefined && variables['MRT_API']) return profileOfVariables(variables);
  if (name !== undefined && /\/|\.json$/.test(name)) return profileOfFile(name);
  const folder = configFolder(variables);
  const file = readProfiles(folder);
  const own = name ?? file.default;
  if (own === undefined) {
    throw new ProfileError('no profile yet: mrt login --help says how to make one, or set MRT_API and its relatives');
  }
  const fields = Object.hasOwn(file.profiles, own) ? file.profiles[own] : undefined;
  if (fields === undefined) {
    const known = Object.keys(file.profiles).join(', ') || 'none';
    throw new ProfileError(`there is no profile ${own} in ${profilesPath(folder)}; there is: ${known}`);
  }
  return profileOf(fields, own, `profile ${own}`);
}

function profileOfVariables(variables: NodeJS.ProcessEnv): Profile {
  const fields = {
    api: variables['MRT_API'],
    token_endpoint: variables['MRT_TOKEN_ENDPOINT'],
    client_id: variables['MRT_CLIENT_ID'],
    client_secret: variables['MRT_CLIENT_SECRET'],
    environment: variables['MRT_ENVIRONMENT'],
    token: variables['MRT_TOKEN'],
  };
  return profileOf(fields, null, 'MRT_API and its relatives');
}

function profileOfFile(path: string): Profile {
  const fields = readPrivateJson(path);
  if (fields === undefined) throw new ProfileError(`there is no file ${path}`);
  return profileOf(fields as Record<string, unknown>, null, path);
}

function profileOf(fields: Readonly<Record<string, unknown>>, name: string | null, place: string): Profile {
  const text = (field: string) => {
    const value = fields[field];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const api = text('api');
  if (api === null) throw new ProfileError(`${place} names no api`);
  return {
    name,
    api: requireSecure(api, 'api', place),
    tokenEndpoint: secureOrNull(text('token_endpoint'), place),
    clientId: text('client_id'),
    clientSecret: text('client_secret'),
    environment: text('environment'),
    token: text('token'),
  };
}

function secureOrNull(address: string | null, place: string): string | null {
  return address === null ? null : requireSecure(address, 'token_endpoint', place);
}

/** Tokens and secrets go over TLS, or to this machine. @throws ProfileError */
export function requireSecure(address: string, field: string, place: string): string {
  const url = URL.parse(address);
  const local = url !== null && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url === null || !(url.protocol === 'https:' || (url.protocol === 'http:' && local))) {
    throw new ProfileError(`${field} of ${place} must be an https address, or http on this machine, not ${address}`);
  }
  return address;
}
