/**
 * Two of Cognito's triggers for people who come by their company's provider: before the profile is written, and before
 * each token. An error ends the sign-in; nobody comes in with groups that were not understood.
 */
import { readFileSync } from 'node:fs';
import type { InboundFederationTriggerEvent, PreTokenGenerationV2TriggerEvent } from 'aws-lambda';
import { BUNDLE_FILES } from '../contract.ts';
import { profileOf } from './inbound.ts';
import { signInSettings } from './settings.ts';
import { tokenGroups } from './token-groups.ts';

type SignInEvent = InboundFederationTriggerEvent | PreTokenGenerationV2TriggerEvent;

const settings = signInSettings.parse(
  JSON.parse(readFileSync(new URL(BUNDLE_FILES.settings, import.meta.url), 'utf8')),
);

/** @returns the event with its response, as Cognito wants it (Cognito guide, "Lambda triggers") */
export async function handler(event: SignInEvent): Promise<SignInEvent> {
  if (event.triggerSource === 'InboundFederation_ExternalProvider') {
    const { providerName, attributes } = event.request;
    const provider = Object.hasOwn(settings.providers, providerName) ? settings.providers[providerName] : undefined;
    if (provider === undefined) throw new Error('a provider that the configuration does not have');
    const userAttributesToMap = profileOf(attributes, provider) as Record<string, string>;
    return { ...event, response: { userAttributesToMap } };
  }
  const groups = tokenGroups(event.request.userAttributes, settings);
  if (groups === null) return event;
  log(event.request.userAttributes['sub'], groups);
  return {
    ...event,
    response: { claimsAndScopeOverrideDetails: { groupOverrideDetails: { groupsToOverride: groups } } },
  };
}

/** Who got which groups; no name and no address. */
function log(subject: string | undefined, groups: string[]): void {
  process.stdout.write(`${JSON.stringify({ event: 'mrt.sign-in', stage: settings.stage, subject, groups })}\n`);
}
