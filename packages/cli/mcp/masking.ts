/** What holds whatever the token could do: an assistant sees no personal data and no secret in clear. */
import type { TokenProvider } from '@mrt/client';
import type { Answer } from '../api.ts';
import { ProfileError } from '../exit-codes.ts';
import type { Profile } from '../profile/profiles.ts';
import { claimsOf, tokenProvider } from '../profile/token-provider.ts';
import { ROUTES } from '../routes.ts';

/** Scopes that let somebody see clear text, of all routes. */
const CLEAR_SCOPES = new Set(ROUTES.flatMap(({ clear_scopes }) => clear_scopes));

/**
 * Tokens that cannot show clear text, so that the API itself refuses it: a machine asks for its scopes without those
 * (RFC 6749, 3.3). What a person signed in for cannot be narrowed afterwards; for them `requireMasked` has to do.
 */
export function maskedTokens(profile: Profile, folder: string): TokenProvider {
  if (profile.token !== null || profile.clientSecret === null) return tokenProvider(profile, folder);
  const all = tokenProvider({ ...profile, name: null }, folder);
  let narrow: Promise<TokenProvider> | undefined;
  return async (need) => {
    narrow ??= narrowed(await all({ ...need, refused: null }), profile, folder);
    return (await narrow)(need);
  };
}

/** @throws ProfileError when nothing would be left */
async function narrowed(token: string, profile: Profile, folder: string): Promise<TokenProvider> {
  const { scope } = claimsOf(token);
  const scopes = String(scope ?? '').split(' ');
  const harmless = scopes.filter((one) => one !== '' && !CLEAR_SCOPES.has(one));
  if (harmless.length === 0) throw new ProfileError('this client has no scope but those for clear text');
  return tokenProvider(profile, folder, harmless);
}

/**
 * Holds an answer back that tells more than masked ones, whatever the reason.
 *
 * @throws ProfileError
 */
export function requireMasked(answer: Answer): void {
  if (answer['masked'] === false) {
    throw new ProfileError(
      'this sign-in may see personal data, and its totals tell more than masked ones, so they are held back: ' +
        'ask for rows, or sign in without those scopes (mrt login --scope)',
    );
  }
}
