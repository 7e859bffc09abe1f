/** Which groups a person's tokens name. */
import * as z from 'zod/mini';
import { SEPARATOR } from './inbound.ts';
import { GROUPS_ATTRIBUTE, type SignInSettings } from './settings.ts';

/** Cognito's own list of a profile's providers; nobody can write it. */
const identities = z.array(z.object({ providerName: z.string() }));

/**
 * Of a person who came by a provider: what the provider's answer was turned into, and nothing that the provider has no
 * mapping for. `null` for a person of the pool itself, whose groups stay as the pool has them; the attribute means nothing
 * there.
 *
 * @param attributes of the person, as the pre-token trigger gets them
 */
export function tokenGroups(
  attributes: Record<string, string | undefined>,
  { providers }: Pick<SignInSettings, 'providers'>,
): string[] | null {
  if (attributes['identities'] === undefined) return null;
  const parsed = identities.parse(JSON.parse(attributes['identities']));
  const permitted = new Set(
    parsed.flatMap(({ providerName }) =>
      Object.hasOwn(providers, providerName) ? Object.values(providers[providerName]?.groups ?? {}) : [],
    ),
  );
  return (attributes[GROUPS_ATTRIBUTE] ?? '').split(SEPARATOR).filter((group) => permitted.has(group));
}
