import { describe, expect, test } from 'vitest';
import { NO_GROUPS, profileOf } from '../../../lambdas/sign_in/inbound.ts';
import { providerGroups } from '../../../lambdas/sign_in/provider-groups.ts';
import { GROUPS_ATTRIBUTE } from '../../../lambdas/sign_in/settings.ts';
import { tokenGroups } from '../../../lambdas/sign_in/token-groups.ts';

const provider = {
  groups_claim: 'http://schemas.example.com/claims/groups',
  email_claim: 'mail',
  groups: { 'b1946ac9-0001': 'operators', 'MRT Owners': 'shop-owners', 'b1946ac9-0002': 'operators' },
};
const other = { groups_claim: 'groups', email_claim: 'email', groups: { staff: 'readers' } };
const settings = { providers: { Company: provider, Partner: other } };

/** The groups attribute that a claim becomes. */
const groupsOf = (claim: unknown) =>
  profileOf({ samlResponse: { [provider.groups_claim]: claim } }, provider)[GROUPS_ATTRIBUTE];
const identitiesOf = (...names: string[]) =>
  JSON.stringify(names.map((providerName) => ({ providerName, userId: 'u' })));

describe('names of groups in a claim', () => {
  test.each([
    ['a list', ['a', 'b c'], ['a', 'b c']],
    ['JSON of a list', '["a","b, c"]', ['a', 'b, c']],
    ['a flattened list', '[a,b+c,d%2Ce]', ['a', 'b c', 'd,e']],
    ['a flattened list with spaces after the commas', '[a, b+c]', ['a', 'b c']],
    ['an empty list', '[]', []],
    ['one name', 'a', ['a']],
    ['nothing', undefined, []],
    ['an empty text', '', []],
    ['what is neither', 7, []],
    ['a list with other things in it', ['a', 1, null], ['a']],
  ])('%s', (_, claim, names) => {
    expect(providerGroups(claim)).toEqual(names);
  });

  test.each([
    ['one name with a comma', 'x,b1946ac9-0001', ['x,b1946ac9-0001']],
    ['a flattened name with an encoded comma', '[x%2Cb1946ac9-0001]', ['x,b1946ac9-0001']],
    ['a flattened name that is not encoded', '[x y,b c]', []],
    ['a broken escape', '[%zz]', []],
  ])('%s is never more than it says', (_, claim, names) => {
    expect(providerGroups(claim)).toEqual(names);
  });
});

describe('the profile of somebody who comes by a provider', () => {
  test('has the groups by our names, each once, and the address where the pool maps it', () => {
    const claims = {
      mail: 'a@example.com',
      sub: 's',
      [provider.groups_claim]: ['b1946ac9-0001', 'b1946ac9-0002', 'x'],
    };
    for (const samlResponse of [claims, JSON.stringify(claims)]) {
      expect(profileOf({ samlResponse }, provider)).toMatchObject({
        sub: 's',
        email: 'a@example.com',
        [GROUPS_ATTRIBUTE]: 'operators',
      });
    }
    expect(profileOf({ userInfo: { mail: 'old' }, idToken: claims }, provider)['email']).toBe('a@example.com');
  });

  test.each([
    ['a group that nobody mapped', ['somebody']],
    ['a group that JavaScript has on every object', ['constructor', '__proto__', 'toString']],
    ['our own name in the place of theirs', ['operators']],
    ['no groups any more', undefined],
  ])('with %s says that there are none, so that those of last time are gone', (_, claim) => {
    expect(groupsOf(claim)).toBe(NO_GROUPS);
  });

  test('is not what the provider puts into the attribute by itself', () => {
    const forged = { [GROUPS_ATTRIBUTE]: 'operators' };
    expect(profileOf({ samlResponse: forged }, provider)[GROUPS_ATTRIBUTE]).toBe(NO_GROUPS);
  });

  test('is not made of what is no answer, and the error does not repeat it', () => {
    expect(() => profileOf({ idToken: 'a@example.com' }, provider)).toThrow(
      "a part of the provider's answer is no JSON",
    );
  });
});

describe('the groups in a token', () => {
  test('are those of the profile, as far as that provider has a mapping for them', () => {
    const attributes = { identities: identitiesOf('Company'), [GROUPS_ATTRIBUTE]: 'operators,shop-owners,readers' };
    expect(tokenGroups(attributes, settings)).toEqual(['operators', 'shop-owners']);
    expect(tokenGroups({ ...attributes, identities: identitiesOf('Partner') }, settings)).toEqual(['readers']);
  });

  test.each([
    ['the profile says none', identitiesOf('Company'), NO_GROUPS],
    ['the profile has no groups', identitiesOf('Company'), undefined],
    ['the provider has left the configuration', identitiesOf('Gone'), 'operators'],
    ['the provider is called like something of every object', identitiesOf('constructor'), 'operators'],
  ])('are none where %s', (_, identities, groups) => {
    expect(tokenGroups({ identities, [GROUPS_ATTRIBUTE]: groups }, settings)).toEqual([]);
  });

  test("of somebody without a provider are the pool's, whatever the attribute says", () => {
    expect(tokenGroups({ [GROUPS_ATTRIBUTE]: 'operators' }, settings)).toBeNull();
  });

  test.each(['no JSON', '{}', '[{"name":"x"}]'])(
    'end with an error where %s stands for the providers',
    (identities) => {
      expect(() => tokenGroups({ identities, [GROUPS_ATTRIBUTE]: 'operators' }, settings)).toThrow();
    },
  );
});
