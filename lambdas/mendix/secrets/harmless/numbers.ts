/** Numbers, times and what is counted in. */
import type { Form } from './form.ts';

const UNIT =
  '(?:%|ms|s|sec|secs|seconds?|min|mins|minutes?|h|hrs?|hours?|d|days?|weeks?|months?|years?|[kmgt]i?b|bytes?|px|r?em|pt|vh|vw|[cmk]?m|k?g|€|eur|usd)';

/** `1.234,50`, with its sign or unit. */
const GROUPED = new RegExp(`^(?:€ ?)?[+-]?\\d{1,3}(?:[.,]\\d{1,3}){0,4} ?${UNIT}?$`, 'i');
const UNGROUPED = new RegExp(`^[+-]?\\d{1,15}(?:[.,]\\d{1,10})? ?${UNIT}?$`, 'i');

export const NUMBERS: readonly Form[] = [
  {
    // Types say what numbers are; here they are texts: batch sizes, percentages, limits with a unit. Sixteen digits and
    // more may be a card or a key. A PIN is told by its name only.
    name: 'number',
    good: ['1000', '-1', '12.50', '1.234,50', '12.5%', '25MB', '30 s', '5 minutes', '€ 10'],
    bad: ['1234567890123456', '12ab34', '1e', '25MBx'],
    matches: (text) => GROUPED.test(text) || UNGROUPED.test(text),
  },
  {
    // Pages, screens, opening hours, coordinates: two short numbers with a mark between them.
    name: 'range, size or place',
    good: ['1-100', '640x480', '52.3702,4.8952', '1..10', '6:00-18:30'],
    bad: ['1-100-k3J', '640y480'],
    matches: (text) => /^(?:-?\d{1,5}(?:[.:]\d{1,8})?) ?(?:-|x|,|\.\.|–) ?(?:-?\d{1,5}(?:[.:]\d{1,8})?)$/.test(text),
  },
  {
    // ISO 8601 and what people write; whether such a day exists does not matter here.
    name: 'date or time',
    good: [
      '2024-03-01',
      '31-12-2024',
      '3/1/24',
      '23:30',
      '08:00:00',
      '2024-03-01T00:00:00Z',
      '2024-03-01 10:00:00.5+01:00',
    ],
    bad: ['2024-03-01-k3J9', '99:99 x'],
    matches: (text) =>
      /^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})?(?:^|[T ]|$)(?:\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?: ?[ap]m)?(?:Z|[+-]\d{2}:?\d{2})?)?$/i.test(
        text,
      ) && /\d/.test(text),
  },
  {
    // As Java's `Duration` and `Period` read it. The letter P alone begins many a password, so a digit is asked for.
    name: 'duration (ISO 8601)',
    good: ['PT15M', 'P1DT12H', '-P1Y2M'],
    bad: ['P', 'PASS', 'PT15X'],
    matches: (text) => /^-?P(?=.*\d)(?:\d+[YMWD]){0,4}(?:T(?:\d+(?:\.\d+)?[HMS]){1,3})?$/.test(text),
  },
  {
    // Five fields as in crontab(5), six or seven as in Quartz. Without a star or question mark it is a row of numbers.
    name: 'schedule (cron)',
    good: ['0 0 3 * * ?', '*/15 6-18 * * 1-5', '0 0 6 * * MON-FRI', '@daily'],
    bad: ['0 0', 'a b c d e', '1 2 3 4 5'],
    matches: (text) =>
      /^@(?:yearly|monthly|weekly|daily|hourly)$/.test(text) ||
      (/[*?]/.test(text) &&
        /^(?:(?:[\d*/,?LW#-]|SUN|MON|TUE|WED|THU|FRI|SAT|[A-Z]{3}){1,40} ){4,6}(?:[\d*/,?LW#-]|[A-Z]{3}){1,40}$/.test(
          text,
        )),
  },
  {
    // Semantic Versioning 2.0 with what people hang on it, releases by date, `product/version` as in a user agent (RFC
    // 9110). What follows the numbers has to be words: a digest behind a version may be a key.
    name: 'version',
    good: [
      '2.1.0',
      '10.24.15.93102',
      'v3.2.0-beta.4',
      '1.4.0+build.77',
      '2.3.1-workflow-atlas3',
      '2024.12.1-rc2-build77',
      '20241201.3',
      'R2024.12',
      'DocumentGeneration/1.0',
    ],
    bad: ['1.0-9f8e7d6c5b4a392817', '2.3.1-Xk49Tb2L', 'v1'],
    matches: (text) =>
      /^[A-Za-z]{2,40}\/\d{1,4}(?:\.\d{1,8}){0,4}$/.test(text) ||
      /^[vVrR]?\d{1,8}(?:\.\d{1,8}){1,4}(?:[-+._](?:[A-Za-z]{1,20}\d{0,4}|\d{1,8})){0,6}$/.test(text),
  },
  {
    // ITU-T E.164 allows fifteen digits. It begins with a plus or a nought, or it is a row of numbers like a backup
    // code's.
    name: 'telephone number',
    good: ['+31 20 123 45 67', '020-1234567', '(020) 123 4567'],
    bad: ['1234-5678-9012-3456', '+31 secret'],
    matches: (text) =>
      /^(?:tel:)?(?:\+\d|0|\(\+?0?\d)[\d ()./-]{5,21}$/.test(text) && text.replace(/\D/g, '').length <= 13,
  },
  {
    // Versions 4 (with port or prefix length) and 6 (shortened, so that hexadecimal pairs are not taken for one).
    name: 'address of the Internet Protocol',
    good: ['10.20.30.40:3128', '10.0.0.0/8', '2001:db8::1', '::1'],
    bad: ['10.20.30', '2001:db8::xyz'],
    matches: (text) =>
      /^(?:\d{1,3}\.){3}\d{1,3}(?:\/\d{1,2}|:\d{1,5})?$/.test(text) ||
      (/^[0-9a-f:]{3,39}(?:\/\d{1,3})?$/i.test(text) && text.includes('::')),
  },
  {
    // Personal or of a firm, but nothing that opens anything.
    name: 'postcode, VAT number, IBAN',
    good: ['1012 AB', 'NL123456789B01', 'NL91ABNA0417164300'],
    bad: ['NL92ABNA0417164300', '1012 ABC'],
    matches: (text) =>
      /^\d{4} ?[A-Z]{2}$/.test(text) || /^[A-Z]{2}\d{8,11}(?:B\d{2})?$/.test(text) || isIban(text.replaceAll(' ', '')),
  },
];

/** By its check digits (ISO 13616, ISO 7064 MOD 97-10): NL91… is one, NL92… is not. */
function isIban(text: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(text)) return false;
  const digits = [...`${text.slice(4)}${text.slice(0, 4)}`].map((character) => Number.parseInt(character, 36)).join('');
  return BigInt(digits) % 97n === 1n;
}
