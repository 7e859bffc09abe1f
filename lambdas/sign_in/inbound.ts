/** What of a provider's answer becomes the person's profile: the address, and our names of the groups. */

import { providerGroups } from './provider-groups.ts';
import { GROUPS_ATTRIBUTE, type SignInProvider } from './settings.ts';

/** Cognito lays the parts of the answer out by the kind of provider; a part is an object or its JSON text. */
export interface ProviderAnswer {
  samlResponse?: unknown;
  idToken?: unknown;
  userInfo?: unknown;
}

/**
 * The separator of groups in the attribute, and the whole of it where a person has none. Names of groups in the
 * configuration hold neither a comma nor are they a hyphen.
 */
export const SEPARATOR = ',';
export const NO_GROUPS = '-';

/**
 * Claims by name, with `email` and the groups in the places that the pool maps. The groups are always written: Cognito
 * leaves an attribute as it was when its source stays away, and who lost the last group would keep it.
 */
export function profileOf(answer: ProviderAnswer, provider: SignInProvider): Record<string, unknown> {
  const claims = { ...part(answer.userInfo), ...part(answer.idToken), ...part(answer.samlResponse) };
  const email = claims[provider.email_claim];
  const groups = providerGroups(claims[provider.groups_claim]).flatMap((group) =>
    Object.hasOwn(provider.groups, group) ? (provider.groups[group] ?? []) : [],
  );
  return {
    ...claims,
    ...(email !== undefined && { email }),
    [GROUPS_ATTRIBUTE]: [...new Set(groups)].join(SEPARATOR) || NO_GROUPS,
  };
}

/** @throws Error for a text that is no JSON; without the text, which is about a person */
function part(value: unknown): Record<string, unknown> {
  const parsed = typeof value === 'string' ? parsedText(value) : value;
  return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
}

function parsedText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("a part of the provider's answer is no JSON");
  }
}
