import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Scope } from '../../../../lambdas/contract.ts';
import { route } from '../../../../lambdas/routes/micro_flow_constants/route.ts';
import { metadataJson, zip } from '../../mendix/archive/archives.ts';
import { type Deployments, environment, startDeployments } from './deployments.ts';

const REVEAL: Scope[] = ['mrt/micro_flow_constants.read', 'mrt/micro_flow_constants.reveal'];

let s3: Deployments;
beforeAll(async () => {
  s3 = await startDeployments();
});
afterAll(() => s3.stop());
afterEach(() => s3.chill());

interface Declared {
  Name: string;
  DefaultValue: string;
  Type?: string;
  Description?: string;
}

/** Puts an environment's model and what it sets, and gives the environment. */
async function deployed(
  name: string,
  declared: readonly Declared[],
  overrides: Record<string, string> = {},
  constants: Parameters<typeof environment>[1] = {},
) {
  s3.put(`${name}/App.mda`, await zip(metadataJson(declared.map((each) => ({ Type: 'String', ...each })))));
  s3.put(`config/${name}.yaml`, `mxruntime:\n  MicroflowConstants: ${JSON.stringify(overrides)}\n`);
  return environment(name, constants);
}

const body = async (...question: Parameters<Deployments['ask']>) => {
  const answer = await s3.ask(...question);
  expect(route.answer.safeParse(answer.body).error).toBe(undefined);
  return answer.body;
};

const ALL_VERDICTS: Declared[] = [
  { Name: 'App.Greeting', DefaultValue: 'hello' },
  { Name: 'App.Password', DefaultValue: 'summer' },
  { Name: 'App.Setting', DefaultValue: 'Winter2024!' },
];

describe('the three verdicts', () => {
  test('harmless is shown; a secret and what is unknown are masked, each with its reason', async () => {
    const prod = await deployed('prod', ALL_VERDICTS);
    expect((await body(prod)).constants).toMatchObject([
      { name: 'App.Greeting', value: 'hello', secret: false, secret_reason: null, masked: false },
      { name: 'App.Password', value: null, secret: true, secret_reason: 'name', masked: true },
      { name: 'App.Setting', value: null, secret: null, secret_reason: 'unknown', masked: true },
    ]);
  });

  test('what is unknown has its fingerprint, and is revealed by scope and audited', async () => {
    const prod = await deployed('prod', ALL_VERDICTS);
    const [masked] = (await body(prod, { name: 'App.Setting' })).constants ?? [];
    expect(masked?.fingerprint).toMatch(/^v1:[0-9a-f]{32}$/);
    const revealed = await s3.ask(prod, { reveal: true, module: 'App' }, { scopes: REVEAL });
    expect(revealed.body.constants?.map(({ value, secret, masked: hidden }) => [value, secret, hidden])).toEqual([
      ['hello', false, false],
      ['summer', true, false],
      ['Winter2024!', null, false],
    ]);
    expect(revealed.disclosed).toEqual(['App.Password', 'App.Setting']);
  });

  test('what is named in not_secret is shown, and under detect what is unknown', async () => {
    const listed = await deployed('prod', ALL_VERDICTS, {}, { not_secret: ['App.Setting'] });
    expect((await body(listed)).constants?.map(({ value }) => value)).toEqual(['hello', null, 'Winter2024!']);
    const detecting = environment('prod', { secrecy: 'detect' });
    expect((await body(detecting)).constants?.map(({ secret }) => secret)).toEqual([false, true, false]);
  });

  test('each verdict can be asked for, and is counted', async () => {
    const prod = await deployed('prod', ALL_VERDICTS);
    const names = async (secret: 'true' | 'false' | 'unknown') =>
      (await body(prod, { secret })).constants?.map(({ name }) => name);
    expect(await names('true')).toEqual(['App.Password']);
    expect(await names('false')).toEqual(['App.Greeting']);
    expect(await names('unknown')).toEqual(['App.Setting']);
    expect((await body(prod)).summary).toMatchObject({ declared: 3, secret: 1, secret_unknown: 1 });
  });

  test('of what is unknown no finding says that it is a secret', async () => {
    const prod = await deployed('prod', ALL_VERDICTS);
    const acc = await deployed('acc', ALL_VERDICTS);
    const { findings } = await body(prod, { compare: 'acc' }, { others: [acc] });
    expect(findings.map(({ finding, name }) => `${finding} ${name}`)).toEqual([
      'secret-left-at-default App.Password',
      'same-secret-in-both App.Password',
    ]);
  });

  test('any of the texts decides, also one that did not win', async () => {
    const declared = [{ Name: 'App.Url', DefaultValue: 'https://u:p@a.example.com' }];
    const prod = await deployed('prod', declared, { 'App.Url': 'https://b.example.com' });
    const answer = await body(prod, { explain: true });
    expect(answer.constants).toMatchObject([
      { value: null, default_value: null, secret: true, secret_reason: 'value' },
    ]);
    expect(answer.constants?.[0]?.candidates?.map(({ value }) => value)).toEqual([null, null]);
    expect(answer.findings).toEqual([]);
  });
});

describe('descriptions', () => {
  const SAYING: Declared[] = [
    { Name: 'App.Greeting', DefaultValue: 'hello', Description: 'Said to customers.' },
    { Name: 'App.Mailer', DefaultValue: 'hello', Description: 'Password: summer' },
  ];

  test('one that holds a secret is masked, its value is not; reveal shows it, and is audited', async () => {
    const prod = await deployed('prod', SAYING);
    expect((await body(prod)).constants).toMatchObject([
      { description: 'Said to customers.', value: 'hello' },
      { description: null, value: 'hello', masked: false },
    ]);
    const revealed = await s3.ask(prod, { reveal: true, module: 'App' }, { scopes: REVEAL });
    expect(revealed.body.constants?.map(({ description }) => description)).toEqual([
      'Said to customers.',
      'Password: summer',
    ]);
    expect(revealed.disclosed).toEqual(['App.Mailer']);
  });
});

describe('a masked and a shown value are not told to be equal', () => {
  test('by fingerprints, of two constants', async () => {
    const prod = await deployed('prod', [
      { Name: 'App.Greeting', DefaultValue: 'summer' },
      { Name: 'App.Password', DefaultValue: 'summer' },
      { Name: 'App.OtherPassword', DefaultValue: 'summer' },
    ]);
    const [greeting, otherPassword, password] = (await body(prod)).constants ?? [];
    expect(greeting?.value).toBe('summer');
    expect(password?.fingerprint).not.toBe(greeting?.fingerprint);
    expect(password?.fingerprint).toBe(otherPassword?.fingerprint);
  });

  test('by comparison, of two environments', async () => {
    const declared = (value: string): Declared[] => [{ Name: 'Mail.Host', DefaultValue: value }];
    const listing = { secret: ['Mail.Host'] };
    const prod = await deployed('prod', declared('smtp.example.com'));
    const comparison = async (value: string) => {
      const acc = await deployed('acc', declared(value), {}, listing);
      s3.chill();
      return body(prod, { compare: 'acc' }, { others: [acc] });
    };
    const equal = await comparison('smtp.example.com');
    const different = await comparison('mail.example.com');
    expect(equal).toEqual({ ...different, as_of: equal.as_of, sources: equal.sources });
    expect(equal.differences).toEqual([]);
    expect(equal.summary).toEqual({ equal: 0, different: 0, only_here: 0, only_there: 0, unknown: 1 });
    expect(equal.findings.map(({ finding }) => finding)).toEqual(['masked-on-one-side']);
  });

  test('what differs besides is told, without a value of either', async () => {
    const declared: Declared[] = [{ Name: 'Mail.Host', DefaultValue: 'smtp.example.com' }];
    const prod = await deployed('prod', declared);
    const acc = await deployed('acc', declared, { 'Mail.Host': 'smtp.example.com' }, { secret: ['Mail.Host'] });
    const { differences } = await body(prod, { compare: 'acc' }, { others: [acc] });
    expect(differences).toMatchObject([
      {
        change: 'state',
        here: { value: null, default_value: null, masked: true },
        there: { value: null, default_value: null, masked: true },
      },
    ]);
    expect(differences?.[0]?.here?.default_fingerprint).not.toBe(differences?.[0]?.there?.default_fingerprint);
  });

  test('a text that holds the other environment’s secret is not shown beside it', async () => {
    const prod = await deployed('prod', [{ Name: 'App.Password', DefaultValue: 'correct horse battery' }]);
    const acc = await deployed('acc', [{ Name: 'App.Text', DefaultValue: 'the correct horse battery is here' }]);
    const answer = await body(prod, { compare: 'acc' }, { others: [acc] });
    expect(answer.differences?.find(({ name }) => name === 'App.Text')?.there).toMatchObject({
      value: null,
      masked: true,
    });
  });
});

describe('whatever is masked', () => {
  /** As people and machines make them; none is a part of what an answer has anyway. */
  const secret = fc.oneof(
    fc.stringMatching(/^[A-Z][a-z]{4,8}[0-9]{2,4}[!#$%&]$/),
    fc.stringMatching(/^[A-Za-z0-9+/]{20,40}={0,2}$/).filter((text) => /\d/.test(text) && /[a-z]/.test(text)),
    fc.stringMatching(/^[a-z]{4,9} [a-z]{4,9} [a-z]{4,9} [a-z]{4,9}$/),
    fc.stringMatching(/^[0-9a-f]{16,40}$/).filter((text) => /\d/.test(text) && /[a-f]/.test(text)),
  );
  const sentence = fc.constantFrom('Call us with {} please', 'https://www.example.org/{}/start', '{}', 'see {}');
  const place = fc.constantFrom('default', 'override', 'description', 'own description', 'nowhere');

  test('no part of an answer holds it', async () => {
    await fc.assert(
      fc.asyncProperty(secret, sentence, place, fc.boolean(), async (text, around, where, overridden) => {
        const holding = around.replace('{}', () => text);
        const declared: Declared[] = [
          {
            Name: 'Sap.Wachtwoord',
            DefaultValue: text,
            Description: where === 'own description' ? holding : 'Of the order service.',
          },
          {
            Name: 'App.Text',
            DefaultValue: where === 'default' ? holding : 'hello',
            Description: where === 'description' ? holding : '',
          },
          { Name: 'App.Number', DefaultValue: text, Type: 'Integer' },
          { Name: 'App.Odd', DefaultValue: text, Type: 'Unheard' },
        ];
        const overrides: Record<string, string> = {
          ...(where === 'override' ? { 'App.Text': holding, 'App.Obsolete': holding } : {}),
          ...(overridden ? { 'Sap.Wachtwoord': `${text}x` } : {}),
        };
        s3.chill();
        const prod = await deployed('prod', declared, overrides);
        const acc = await deployed('acc', declared.slice(1), overrides);
        const answers = [
          await body(prod),
          await body(prod, { explain: true }),
          await body(prod, { summary: true }),
          await body(prod, { compare: 'acc' }, { others: [acc] }),
          await body(acc, { compare: 'prod' }, { others: [prod] }),
        ];
        for (const answer of answers) expect(JSON.stringify(answer)).not.toContain(JSON.stringify(text).slice(1, -1));
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
