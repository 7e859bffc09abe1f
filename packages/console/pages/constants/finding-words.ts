/** What each finding of the API means for whoever reads it. */

export interface FindingWords {
  severity: 'bad' | 'warn';
  what: string;
  why: string;
  /** It is of the two environments that are compared, and names them itself. */
  ofBoth?: boolean;
}

const WORDS: Readonly<Record<string, FindingWords>> = {
  'secret-left-at-default': {
    severity: 'bad',
    what: 'is a secret left at its default',
    why: 'Everybody who has the model knows it.',
  },
  'same-secret-in-both': {
    severity: 'bad',
    what: 'is the same secret in both environments',
    why: 'Whoever has one has the other.',
    ofBoth: true,
  },
  'masked-on-one-side': {
    severity: 'warn',
    what: 'is masked in one of the two only',
    why: 'Whether the values differ is not told.',
    ofBoth: true,
  },
  'overridden-there-default-here': {
    severity: 'warn',
    what: 'is set in {there}, and at its default in {here}',
    why: 'Perhaps it was forgotten.',
    ofBoth: true,
  },
  'value-does-not-fit-type': {
    severity: 'bad',
    what: 'has a value that does not fit its type',
    why: 'The runtime will not take it as it stands.',
  },
  'ambiguous-variable': {
    severity: 'warn',
    what: 'is set by a variable that may mean several constants',
    why: 'Which of them it sets, the names do not tell.',
  },
  'precedence-not-documented': {
    severity: 'warn',
    what: 'is set in two places whose order is not documented',
    why: 'Which of them wins is not known.',
  },
  'declared-twice': { severity: 'warn', what: 'is declared twice', why: 'The model has two constants of this name.' },
  'declared-without-name': { severity: 'warn', what: 'has a constant without a name', why: 'It cannot be set.' },
  'model-not-deployed': {
    severity: 'warn',
    what: 'is not what runs',
    why: 'Defaults of the running model may be others.',
  },
};

/** What the two environments of a comparison are called. */
export interface Sides {
  here: string;
  there: string;
}

/**
 * A later release may have findings that are not known here: their name says what it can.
 *
 * @param sides left out: nothing is compared
 */
export function findingWords(finding: string, { here, there }: Sides = { here: '', there: '' }): FindingWords {
  const words = WORDS[finding] ?? { severity: 'warn', what: finding.replaceAll('-', ' '), why: '' };
  return { ...words, what: words.what.replace('{here}', here).replace('{there}', there) };
}
