import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Scope } from '../../../../lambdas/contract.ts';
import { route } from '../../../../lambdas/routes/micro_flow_constants/route.ts';
import { type Declared, deployed } from './declared.ts';
import { type Deployments, environment, startDeployments } from './deployments.ts';

const REVEAL: Scope[] = ['mrt/micro_flow_constants.read', 'mrt/micro_flow_constants.reveal'];

let s3: Deployments;
beforeAll(async () => {
  s3 = await startDeployments();
});
afterAll(() => s3.stop());
afterEach(() => s3.chill());

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
    const prod = await deployed(s3, 'prod', ALL_VERDICTS);
    expect((await body(prod)).constants).toMatchObject([
      { name: 'App.Greeting', value: 'hello', secret: false, secret_reason: null, masked: false },
      { name: 'App.Password', value: null, secret: true, secret_reason: 'name', masked: true },
      { name: 'App.Setting', value: null, secret: null, secret_reason: 'unknown', masked: true },
    ]);
  });

  test('what is unknown has its fingerprint, and is revealed by scope and audited', async () => {
    const prod = await deployed(s3, 'prod', ALL_VERDICTS);
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
    const listed = await deployed(s3, 'prod', ALL_VERDICTS, {}, { not_secret: ['App.Setting'] });
    expect((await body(listed)).constants?.map(({ value }) => value)).toEqual(['hello', null, 'Winter2024!']);
    const detecting = environment('prod', { secrecy: 'detect' });
    expect((await body(detecting)).constants?.map(({ secret }) => secret)).toEqual([false, true, false]);
  });

  test('what is named in not_secret is shown also if it holds the secret of another', async () => {
    const declared = [
      { Name: 'App.Password', DefaultValue: 'Winter2024!' },
      { Name: 'App.Text', DefaultValue: 'Say Winter2024! at the door' },
    ];
    const prod = await deployed(s3, 'prod', declared, {}, { not_secret: ['App.Text'] });
    expect((await body(prod)).constants?.map(({ value }) => value)).toEqual([null, 'Say Winter2024! at the door']);
  });

  test('each verdict can be asked for, and is counted', async () => {
    const prod = await deployed(s3, 'prod', ALL_VERDICTS);
    const names = async (secret: 'true' | 'false' | 'unknown') =>
      (await body(prod, { secret })).constants?.map(({ name }) => name);
    expect(await names('true')).toEqual(['App.Password']);
    expect(await names('false')).toEqual(['App.Greeting']);
    expect(await names('unknown')).toEqual(['App.Setting']);
    expect((await body(prod)).summary).toMatchObject({ declared: 3, secret: 1, secret_unknown: 1 });
  });

  test('of what is unknown no finding says that it is a secret', async () => {
    const prod = await deployed(s3, 'prod', ALL_VERDICTS);
    const acc = await deployed(s3, 'acc', ALL_VERDICTS);
    const { findings } = await body(prod, { compare: 'acc' }, { others: [acc] });
    expect(findings.map(({ finding, name }) => `${finding} ${name}`)).toEqual([
      'secret-left-at-default App.Password',
      'same-secret-in-both App.Password',
    ]);
  });

  test('any of the texts decides, also one that did not win', async () => {
    const declared = [{ Name: 'App.Url', DefaultValue: 'https://u:p@a.example.com' }];
    const prod = await deployed(s3, 'prod', declared, { 'App.Url': 'https://b.example.com' });
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
    const prod = await deployed(s3, 'prod', SAYING);
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
    const prod = await deployed(s3, 'prod', [
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
    const prod = await deployed(s3, 'prod', declared('smtp.example.com'));
    const comparison = async (value: string) => {
      const acc = await deployed(s3, 'acc', declared(value), {}, listing);
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
    const prod = await deployed(s3, 'prod', declared);
    const acc = await deployed(s3, 'acc', declared, { 'Mail.Host': 'smtp.example.com' }, { secret: ['Mail.Host'] });
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
    const prod = await deployed(s3, 'prod', [{ Name: 'App.Password', DefaultValue: 'correct horse battery' }]);
    const acc = await deployed(s3, 'acc', [{ Name: 'App.Text', DefaultValue: 'the correct horse battery is here' }]);
    const answer = await body(prod, { compare: 'acc' }, { others: [acc] });
    expect(answer.differences?.find(({ name }) => name === 'App.Text')?.there).toMatchObject({
      value: null,
      masked: true,
    });
  });
});
