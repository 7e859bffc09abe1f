import { expect, test } from 'vitest';
import type { SecretReason } from '../../../../lambdas/mendix/secrets/detector.ts';
import { maskEmbedded } from '../../../../lambdas/mendix/secrets/embedded.ts';

function constant(text: string, { secret = null as SecretReason | null, description = '' } = {}) {
  const typed = { value: text, note: null, canonical: `string:${text}` };
  return { secret, description, description_masked: false, candidates: [{ typed }] };
}

const masks = (constants: ReturnType<typeof constant>[]) =>
  maskEmbedded(constants).map(({ secret, description_masked }) => [secret, description_masked]);

const password = constant('Winter2024!', { secret: 'name' });

test('a text that holds the secret of another constant is masked by value', () => {
  expect(masks([password, constant('Call with Winter2024! please')])).toEqual([
    ['name', false],
    ['value', false],
  ]);
  expect(masks([password, constant('Call with Winter2025! please')])).toEqual([
    ['name', false],
    [null, false],
  ]);
});

test('so is one that holds a key in base64 with its padding, which looks like a label without a value', () => {
  const key = constant('aaaaaaaAaAaaaaaaaaa0=', { secret: 'name' });
  expect(masks([key, constant('Call us with aaaaaaaAaAaaaaaaaaa0= please')])[1]).toEqual(['value', false]);
});

test('a description that holds a secret is masked, its constant is not', () => {
  expect(masks([password, constant('hello', { description: 'As Winter2024! says.' })])).toEqual([
    ['name', false],
    [null, true],
  ]);
});

test('a description that quotes a masked text of its own constant is masked, also a word', () => {
  const own = constant('summer', { secret: 'name', description: 'Say summer.' });
  expect(masks([own])).toEqual([['name', true]]);
  expect(masks([{ ...own, secret: null }])).toEqual([[null, false]]);
});

test('a passphrase is searched for, a masked word, number or address is not', () => {
  const phrase = constant('correct horse battery', { secret: 'name' });
  expect(masks([phrase, constant('The correct horse battery is empty')])[1]).toEqual(['value', false]);
  for (const text of ['summer', '123456', 'https://www.example.org/']) {
    expect(masks([constant(text, { secret: 'configuration' }), constant(`See ${text}help`)])[1]).toEqual([null, false]);
  }
});

test('what the operator has listed as no secret stays as it is', () => {
  const listed = constant('Call with Winter2024! please');
  expect(maskEmbedded([password, listed], (each) => each === listed)[1]).toBe(listed);
});

test('many secrets and many texts take no time', () => {
  const secrets = Array.from({ length: 2_000 }, (_, at) =>
    constant(`s3cr3t-kX9vQ-${at}-${7919 * at}`, { secret: 'name' }),
  );
  const texts = Array.from({ length: 2_000 }, (_, at) => constant(`Text ${at} ${'s3cr3t-'.repeat(20)}`));
  const begun = process.cpuUsage();
  expect(maskEmbedded([...secrets, ...texts]).filter(({ secret }) => secret === 'value')).toEqual([]);
  const { user, system } = process.cpuUsage(begun);
  expect((user + system) / 1_000).toBeLessThan(3_000);
});
