/** The sign-in function as it ships, asked as Cognito asks it. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { InboundFederationTriggerEvent, PreTokenGenerationV2TriggerEvent } from 'aws-lambda';
import { build } from 'esbuild';
import { beforeAll, expect, test, vi } from 'vitest';
import type { SignInSettings } from '../../../lambdas/sign_in/settings.ts';
import { BUNDLER_OPTIONS } from '../../../lib/functions/bundle.ts';

const settings: SignInSettings = {
  stage: 'prod',
  providers: { Company: { groups_claim: 'groups', email_claim: 'mail', groups: { 'mrt-operators': 'operators' } } },
};
const common = {
  version: '1',
  region: 'eu-west-1',
  userPoolId: 'eu-west-1_abc',
  userName: 'Company_a@example.com',
  callerContext: { awsSdkVersion: '1', clientId: 'c' },
};
let handler: (event: object) => Promise<{ response: object }>;

beforeAll(async () => {
  const outdir = mkdtempSync(join(tmpdir(), 'mrt-sign-in-'));
  await build({ ...BUNDLER_OPTIONS, entryPoints: [{ in: './lambdas/sign_in/handler.ts', out: 'index' }], outdir });
  writeFileSync(join(outdir, 'settings.json'), JSON.stringify(settings));
  ({ handler } = await import(pathToFileURL(join(outdir, 'index.mjs')).href));
});

function arriving(providerName: string): InboundFederationTriggerEvent {
  const samlResponse = { mail: 'a@example.com', groups: '[mrt-operators,everybody]' };
  return {
    ...common,
    triggerSource: 'InboundFederation_ExternalProvider',
    request: { providerName, providerType: 'SAML', attributes: { samlResponse } },
    response: { userAttributesToMap: {} },
  };
}

function tokenFor(userAttributes: Record<string, string>): PreTokenGenerationV2TriggerEvent {
  return {
    ...common,
    triggerSource: 'TokenGeneration_HostedAuth',
    request: { userAttributes, groupConfiguration: { groupsToOverride: ['eu-west-1_abc_Company'] } },
    response: { claimsAndScopeOverrideDetails: {} },
  };
}

test('what one trigger writes into the profile, the other one brings into the token, and one line tells of it', async () => {
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const { response } = (await handler(arriving('Company'))) as InboundFederationTriggerEvent;
  const identities = JSON.stringify([{ providerName: 'Company', userId: 'a' }]);
  const profile = { ...response.userAttributesToMap, identities, sub: 's-1' };
  expect((await handler(tokenFor(profile))).response).toEqual({
    claimsAndScopeOverrideDetails: { groupOverrideDetails: { groupsToOverride: ['operators'] } },
  });
  expect(written.mock.calls.map(([line]) => line)).toEqual([
    '{"event":"mrt.sign-in","stage":"prod","subject":"s-1","groups":["operators"]}\n',
  ]);
  written.mockRestore();
});

test('a provider that the configuration does not have ends the sign-in', async () => {
  await expect(handler(arriving('Somebody'))).rejects.toThrow('a provider that the configuration does not have');
});

test('a token of somebody of the pool itself stays as it is', async () => {
  const event = tokenFor({ sub: 's-2', 'custom:groups': 'operators' });
  expect(await handler(event)).toEqual(event);
});
