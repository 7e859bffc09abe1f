/**
 * `tokens.json` beside the profiles: what a sign-in gave, and a machine's token until it ends, since Cognito charges for
 * each. Written by `mrt` only; mode 0600 as the profiles.
 */
import { join } from 'node:path';
import { readPrivateJson, writePrivateJson } from './private-file.ts';

/** Of one profile. */
export interface KeptToken {
  access_token: string;
  /** Seconds since 1970, UTC. */
  expires_at: number;
  /** A person's; a machine has none. */
  refresh_token?: string;
  /** Whose it is: a token of another client or endpoint is not used. */
  client_id: string;
  token_endpoint: string;
}

const path = (folder: string) => join(folder, 'tokens.json');

function readAll(folder: string): Record<string, KeptToken> {
  return (readPrivateJson(path(folder)) ?? {}) as Record<string, KeptToken>;
}

/** @returns `undefined` when nothing is kept for this profile */
export function keptToken(folder: string, profile: string): KeptToken | undefined {
  const all = readAll(folder);
  return Object.hasOwn(all, profile) ? all[profile] : undefined;
}

/** Keeps a token; `undefined` forgets it. @returns whether one had been kept */
export function keepToken(folder: string, profile: string, token: KeptToken | undefined): boolean {
  const { [profile]: before, ...others } = readAll(folder);
  if (token !== undefined || before !== undefined) {
    writePrivateJson(path(folder), token === undefined ? others : { ...others, [profile]: token });
  }
  return before !== undefined;
}
