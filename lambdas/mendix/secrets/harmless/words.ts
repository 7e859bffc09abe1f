/** Words, names and sentences. */

import { isPlaceholder } from '../credential/said.ts';
import { isNoun } from '../name/nouns.ts';
import { fold } from '../name/words.ts';
import type { Form, IsHarmlessPart } from './form.ts';
import { withoutPlaceholders } from './formats.ts';
import { areJoinedWords, isComposite, isShortCode, isUnusualWord, isWord } from './letters.ts';

export const WORDS: readonly Form[] = [
  {
    // Most of what apps have: names of environments, statuses, log nodes, modules. A password that is a word is not
    // told from them by its value, which is why names are read in so many languages.
    name: 'word',
    good: [
      'Production',
      'IN_PROGRESS',
      'shop-frontend',
      'AWS-KMS',
      'maandag',
      '生产环境',
      'Île-de-France',
      'INV-',
      'xlsx',
      "Let's",
    ],
    bad: ['Winter2024!', 'kJfDmQxRtWvBnCpLsHgEk', 'QwErTyUiOpAsDf', 'P@ssword', 'S3cr3t'],
    matches: (text) =>
      /^n\/a$/i.test(text) ||
      (areJoinedWords(text.replace(/(?<=\p{L})['’](?=\p{L})/gu, '')) && !isUnpartedSaying(text)),
  },
  {
    // Plants, order types, companies of SAP. Five characters at most, so that `ADMIN01` is not one.
    name: 'short code',
    good: ['NL01', 'ZOR1', 'C100', 'ERR_404', 'EU-1'],
    bad: ['X7K9', 'abc123', 'ABCD12'],
    matches: (text) => isShortCode(text) || /^[A-Z]{2,5}[-_]\d{1,4}$/.test(text),
  },
  {
    // Buckets, queues, topics, models, Regions. Nobody types them, so nobody has them as a password.
    name: 'name of several parts',
    good: [
      'acme-prod-uploads2024-eu1',
      'orders_v2_Prod_EU1_fifo',
      'orders.created.v1',
      'anthropic.claude-3-5-sonnet-20240620-v1:0',
      'gpt-4o-mini',
      'eu-west-1',
    ],
    bad: ['Xk4-9Tb_2Lp', 'winter-2024', 'X7K9-Q2M4-N8P1-R5T3', '3f2b8c1e-6a4d-4c55-9b1f-0d2e7a9c1b44'],
    matches: (text) => isComposite(text) || /^[a-z]{2}(?:-[a-z]{3,12}){1,2}-\d$/.test(text),
  },
  {
    // Subjects, bodies, messages, prompts, descriptions. The longest and the most various form, so each of its words
    // has to be a word, a number, or harmless by itself.
    name: 'sentence',
    good: [
      'Your order {1} has been shipped',
      'Ihre Bestellung wurde verschickt – vielen Dank!',
      '¿Necesita ayuda? Llámenos.',
      '您的订单已发货。',
      'Something went wrong. Please call 020-1234567.',
      'Feedback Module 4.0.2',
      'Mendix/10.24 (shop)',
      'Your password is required',
    ],
    bad: [
      'login with svc / Winter2024',
      'wqxkzr tprtlmnv bhjdqq',
      'key k3J9fD2mQ7xR4tW1',
      'admin: geheim',
      'Summer 2024!',
      'scott/tiger',
      'jan / summer',
      'sshpass -p summer ssh host',
      'admin password summer',
      '密码是向日葵',
      'name: password\nvalue: summer',
    ],
    matches: isSentence,
  },
];

/** Marks around a word. */
const MARKS = /^[\p{P}\p{S}]+|[\p{P}\p{S}]+$/gu;

/** What joins words anywhere: customer's, B.V., 您的订单，已发货. */
const MARKS_IN_WORDS = /[-–'’.,，。、！？：；（）…·・]/u;

/** And among other words only, since `scott/tiger` is a login: and/or, sum(Amount), a+b. */
const MARKS_IN_PROSE = /[-–'’.,，。、！？：；（）…·・/()&+=<>|[\]"%*_]/u;

/** A label before a word or two is a pair rather than a sentence: "admin: geheim", "jan@example.org zomer". */
const MIN_WORDS_OF_PROSE = 4;

/**
 * Words with marks between them; numbers, addresses and versions among them; nothing else.
 *
 * "Something went wrong. Please call 020-1234567." is taken apart into six tokens. Five are words once the marks around
 * them are off; the sixth is no word, and harmless by itself as a telephone number. With "Winter2024" in its place it
 * would have no form, and the whole text would be unknown. Up to a third of the words may have one rare pair of letters
 * ("krijgen"), as long as there are words enough around them.
 */
function isSentence(text: string, isHarmlessPart: IsHarmlessPart): boolean {
  const tokens = text.split(/\s+/).filter((token) => token !== '');
  if (tokens.length < MIN_WORDS_OF_PROSE && /\p{L}:\s|@|\s[/:|=]\s/u.test(text)) return false;
  // Lines of `label: text` are pairs.
  if ((text.match(/^[-\s]{0,20}[\p{L}\p{N}_.-]{1,60}\s?[:=](?:\s|$)/gmu) ?? []).length > 1) return false;
  // One token is a sentence only in scripts that do not part their words.
  if (tokens.length < 2 && (/[\p{Script=Latin}\d]/u.test(text) || isUnpartedSaying(text))) return false;
  // An option of a command line may have a password behind it: `sshpass -p summer`.
  if (tokens.some((token) => /^--?\p{L}/u.test(token)) || saysSecret(tokens)) return false;
  if (tokens.length < MIN_WORDS_OF_PROSE) {
    // "Summer 2024!" is a password more often than a sentence.
    const hasYear = tokens.some((token) => /^\P{L}?\d{4,}\P{L}?$/u.test(token)) && /\p{L}{4}/u.test(text);
    return (
      !hasYear && tokens.every((token) => isHarmlessToken(token, MARKS_IN_WORDS, isHarmlessPart)) && /\p{L}/u.test(text)
    );
  }
  const odd = tokens.filter((token) => !isHarmlessToken(token, MARKS_IN_PROSE, isHarmlessPart));
  return odd.length <= tokens.length / 3 && odd.every((token) => isUnusualWord(token.replace(MARKS, '')));
}

/** `密码是向日葵` ("the password is sunflower"): words that are not parted, one of which is the noun of a secret. */
function isUnpartedSaying(text: string): boolean {
  return !/\p{Script=Latin}/u.test(text) && isNoun(fold(text));
}

/** "login admin password zomer", "zomer is the password": a noun of a secret beside what may be the secret. */
function saysSecret(tokens: readonly string[]): boolean {
  const words = tokens.map((token) => fold(token.replace(MARKS, '')));
  const noun = words.findLastIndex((word) => isNoun(word));
  if (noun === -1) return false;
  const before = words.slice(Math.max(0, noun - 2), noun);
  if (noun === words.length - 2) return !isPlaceholder(words[noun + 1] ?? '');
  return noun === words.length - 1 && before.some((word) => COPULA.test(word));
}

const COPULA = /^(?:is|was|ist|war|est|es|e|jest|este|as|als|comme|como|come)$/;

/** A word of a sentence: with its placeholders and marks off it is nothing, words joined by marks, or harmless itself. */
function isHarmlessToken(token: string, marks: RegExp, isHarmlessPart: IsHarmlessPart): boolean {
  const bare = withoutPlaceholders(token).replace(MARKS, '');
  if (bare === '') return token.length <= 12;
  if (isShortCode(bare) || /^\d{1,3}(?:st|nd|rd|th|e|er|de|ste)$/i.test(bare)) return true;
  const parts = bare.split(marks);
  if (parts.every((part) => part === '' || isWord(part) || /^\d{1,4}$/.test(part))) {
    // A word between each two marks, or the marks are the password.
    return parts.filter((part) => part === '').length <= 2 && hasFewDigits(parts);
  }
  return isHarmlessPart(bare, null);
}

/** `24/7` and `2-factor` are words; `Winter-2024` in a sentence may be what is meant to be hidden. */
function hasFewDigits(parts: readonly string[]): boolean {
  const digits = parts.join('').replace(/\D/g, '').length;
  return digits <= 2 || parts.every((part) => /^\d*$/.test(part));
}
