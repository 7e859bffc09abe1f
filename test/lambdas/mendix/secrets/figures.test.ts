import { describe, expect, test } from 'vitest';
import { type Secrecy, secretReason } from '../../../../lambdas/mendix/secrets/detector.ts';
import { HELD_OUT, LABELLED, type Labelled } from './labels/labelled.ts';

const strict: Secrecy = { secret: [], not_secret: [], secrecy: 'strict' };
const detect: Secrecy = { ...strict, secrecy: 'detect' };

const reasonOf = ({ suspect }: Labelled, secrecy: Secrecy) => secretReason(suspect, secrecy);
const named = ({ suspect }: Labelled) => `${suspect.name} = ${suspect.texts.join()}`;

/** Prints and gives the shares that decide: of the secrets masked, of the harmless masked. */
function measured(lines: readonly Labelled[], title: string, secrecy: Secrecy) {
  const secrets = lines.filter(({ secret }) => secret);
  const harmless = lines.filter(({ secret }) => !secret);
  const shown = secrets.filter((line) => reasonOf(line, secrecy) === null);
  const masked = harmless.filter((line) => reasonOf(line, secrecy) !== null);
  const unknown = lines.filter((line) => reasonOf(line, secrecy) === 'unknown');
  const share = masked.length / harmless.length;
  process.stdout.write(
    `constants, ${title}, ${secrecy.secrecy}: ${secrets.length} secrets, recall ` +
      `${(1 - shown.length / secrets.length).toFixed(3)}; ${harmless.length} harmless, masked ` +
      `${(100 * share).toFixed(1)} %; unknown ${unknown.length}\n`,
  );
  return { shown: shown.map(named), share, recall: 1 - shown.length / secrets.length };
}

describe('on the labelled list', () => {
  test('there are 450 secrets and 350 harmless constants at least, none of them twice', () => {
    expect(LABELLED.filter(({ secret }) => secret).length).toBeGreaterThanOrEqual(450);
    expect(LABELLED.filter(({ secret }) => !secret).length).toBeGreaterThanOrEqual(350);
    const lines = [...LABELLED, ...HELD_OUT].map(({ suspect }) => JSON.stringify(suspect));
    expect(lines.filter((line, at) => lines.indexOf(line) !== at)).toEqual([]);
  });

  test('strictly, no secret is shown, and at most a tenth of the harmless ones is masked', () => {
    const { shown, share } = measured(LABELLED, 'labelled', strict);
    expect(shown).toEqual([]);
    expect(share).toBeLessThanOrEqual(0.1);
  });

  test('on what was held out, the same', () => {
    const { shown, share } = measured(HELD_OUT, 'held out', strict);
    expect(shown).toEqual([]);
    expect(share).toBeLessThanOrEqual(0.1);
  });

  test('by detection alone less is found, and hardly a harmless one masked', () => {
    const { recall, share } = measured(LABELLED, 'labelled', detect);
    measured(HELD_OUT, 'held out', detect);
    expect(recall).toBeGreaterThan(0.8);
    expect(share).toBeLessThanOrEqual(0.02);
  });

  test('strictness only adds: what detection masks is masked strictly, for the same reason', () => {
    const differing = LABELLED.filter((line) => {
      const reason = reasonOf(line, detect);
      return reason !== null && reason !== reasonOf(line, strict);
    });
    expect(differing.map(named)).toEqual([]);
  });
});

describe('generated values under a name that says nothing', () => {
  const LOWER = 'abcdefghijklmnopqrstuvwxyz';
  const ALL = `${LOWER}${LOWER.toUpperCase()}0123456789`;
  const HEX = '0123456789abcdef';

  /** Linear congruential, so that each run measures the same values. */
  function generator(seed: number) {
    let state = seed;
    return (alphabet: string, length: number) =>
      Array.from({ length }, () => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return alphabet[Math.floor((state / 2 ** 32) * alphabet.length)] ?? '';
      }).join('');
  }

  test.each([
    ['letters and digits', ALL, 8, 0.98],
    ['letters and digits', ALL, 12, 0.99],
    ['letters and digits', ALL, 20, 1],
    ['letters, digits and signs', `${ALL}!#$%&*+-.@_`, 10, 0.98],
    ['hexadecimal', HEX, 16, 1],
    ['hexadecimal', HEX, 32, 1],
    ['letters', `${LOWER}${LOWER.toUpperCase()}`, 16, 0.98],
    ['small letters', LOWER, 16, 0.93],
    ['digits', '0123456789', 24, 1],
  ] as const)('%s (%s), %i characters, are masked in %d of the cases', (title, alphabet, length, least) => {
    const generate = generator(7);
    const values = Array.from({ length: 2_000 }, () => generate(alphabet, length));
    const masked = values.filter(
      (value) => secretReason({ name: 'App.Setting', type: 'string', texts: [value], stored: false }, strict) !== null,
    );
    const share = masked.length / values.length;
    process.stdout.write(`constants, generated ${title} of ${length}: masked ${(100 * share).toFixed(1)} %\n`);
    expect(share).toBeGreaterThanOrEqual(least);
  });
});
