/** How things are written, coloured and matched. */
import type { Form } from './form.ts';
import { areJoinedWords, isWord } from './letters.ts';

export const FORMATS: readonly Form[] = [
  {
    // Mendix and Java: java.text.SimpleDateFormat and java.time.format.DateTimeFormatter.
    name: 'date format',
    good: ['yyyy-MM-dd', 'dd/MM/yyyy HH:mm:ss', "yyyy-MM-dd'T'HH:mm:ss.SSSZ", 'd MMM yyyy'],
    bad: ['yYmMdDhH99', 'HhKkMmSs'],
    matches: isDateFormat,
  },
  {
    // java.text.DecimalFormat.
    name: 'number format',
    good: ['#,##0.00', '0.00', '€ #,##0'],
    bad: ['#1k3J', '##'],
    matches: (text) => /^[#0.,;%€$ -]{1,30}$/.test(text) && /[0]/.test(text),
  },
  {
    // CSS Color Module Level 4: hexadecimal of three, four, six or eight digits, and the functions.
    name: 'colour',
    good: ['#FF8800', '#fff', 'rgba(12, 34, 56, 0.5)', 'hsl(120, 50%, 50%)'],
    bad: ['#FF88001', '#xyz', 'rgb(secret)'],
    matches: (text) =>
      /^#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/i.test(text) || /^(?:rgb|hsl)a?\([\d\s.,%/]{1,40}\)$/i.test(text),
  },
  {
    // Properties by their first word, as any `word: word` would else be a style, a login among them.
    name: 'style (CSS)',
    good: ['width: 100%; max-width: 600px;', 'color: red'],
    bad: ['width: k3J9fD2m;', 'x'],
    matches: (text, isHarmlessPart) => {
      const rules = text.split(';').filter((rule) => rule.trim() !== '');
      return (
        rules.length > 0 &&
        rules.every((rule) => {
          const [, property = '', value = ''] =
            /^\s{0,9}((?:background|border|bottom|color|display|flex|float|font|gap|grid|height|left|line|list|margin|max|min|opacity|outline|overflow|padding|position|right|text|top|visibility|white|width|z)(?:-[a-z]+){0,3})\s{0,3}:\s{0,3}([^:]{1,100})$/.exec(
              rule,
            ) ?? [];
          return property !== '' && value.split(/[\s,]+/).every((part) => part === '' || isHarmlessPart(part, null));
        })
      );
    },
  },
  {
    // Rules for input. What is left without classes, counts and anchors has to be words: `^Winter2024!$` is a password
    // between anchors.
    name: 'regular expression',
    good: ['^[A-Z]{2}[0-9]{4}$', '^(?=.*[A-Z])(?=.*[0-9]).{8,}$', '^\\d{4}\\s?[A-Z]{2}$', '.*\\.pdf$'],
    bad: ['k3J9$', '^Winter2024!$', '^k3J9fD2mQ7$'],
    matches: isPattern,
  },
  {
    // What is put in later, by Mendix (`{1}`, `[%CurrentUser%]`) or something else; the prefixes of Mendix's Encryption
    // module.
    name: 'placeholder',
    good: ['{1}', '{1} - {2}', '{AES3}', '%s', '[%CurrentUser%]', '{{order}}'],
    bad: ['{k3J9fD2mQ7}', '{AES3}k3J9fD2m'],
    matches: (text) =>
      /[{%$[]/.test(text) && withoutPlaceholders(text).replace(/[\s.,:;/|()–_-]/g, '') === '' && text.length <= 200,
  },
  {
    // CSV and text: at most four marks or escapes, no letter.
    name: 'separator',
    good: [';', '"', '\\r\\n', '...', '||', '\\t'],
    bad: ['!@#$%^', '\\k3J'],
    matches: (text) => /^(?:\\[rntf0]|[^\p{L}\p{N}\s]){1,4}$/u.test(text),
  },
  {
    // RFC 6838: one of the registered top-level types, or `scott/tiger` would be one.
    name: 'media type',
    good: [
      'application/json',
      'image/png',
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'text/html; charset=utf-8',
    ],
    bad: ['scott/tiger', 'application/k3J9fD2m'],
    matches: (text) => {
      const [, subtype = ''] =
        /^(?:application|audio|font|image|message|model|multipart|text|video)\/([a-z0-9.+*-]{1,100})(?:; ?charset=[\w-]{1,20})?$/i.exec(
          text,
        ) ?? [];
      return (
        subtype === '*' ||
        (subtype.split(/[.+-]/).every((part) => isWord(part) || /^[a-z]{1,20}\d?$/.test(part)) && subtype !== '')
      );
    },
  },
  {
    // Names of the tz database, and offsets.
    name: 'time zone',
    good: ['Europe/Amsterdam', 'America/Argentina/Buenos_Aires', 'UTC+01:00', 'GMT-5'],
    bad: ['Winter/Zomer', 'UTC+secret'],
    matches: (text) =>
      /^(?:UTC|GMT) ?[+-]\d{1,2}(?::?\d{2})?$/.test(text) ||
      /^(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Etc|Europe|Indian|Pacific)(?:\/[A-Z][A-Za-z_+-]{1,30}\d{0,2}){1,2}$/.test(
        text,
      ),
  },
  {
    // Names of JOSE (RFC 7518), the Java Security Standard Algorithm Names and the IANA character sets.
    name: 'algorithm or character set',
    good: [
      'RS256',
      'AES/CBC/PKCS5Padding',
      'SHA-256',
      'UTF-8',
      'ISO-8859-1',
      'PBKDF2WithHmacSHA256',
      'windows-1252',
      'OAuth2',
    ],
    bad: ['RS2567', 'AES/k3J9'],
    matches: (text) =>
      text
        .split('/')
        .every((part) =>
          /^(?:(?:RS|HS|ES|PS)\d{3}|(?:Hmac)?SHA-?[1-5]?(?:-?\d{3})?|MD5|AES[-_]?\d{0,3}|GCM|CBC|ECB|CTR|RSA(?:-OAEP)?(?:-\d{3})?|PKCS#?\d{1,2}(?:Padding)?|NoPadding|PBKDF2WithHmacSHA\d{1,3}|UTF-?(?:8|16|32)(?:LE|BE)?|ISO-\d{4}(?:-\d{1,2})?|windows-\d{3,4}|TLSv?1(?:\.\d)?|OAuth ?[12](?:\.0)?|HTTP\/?\d(?:\.\d)?|IPv[46])$/i.test(
            part,
          ),
        ),
  },
  {
    // RFC 7468. What is published on purpose; a private key is a credential, and decided before.
    name: 'public certificate or key',
    good: ['-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----'],
    bad: ['-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----'],
    matches: (text) =>
      /^(?:-----BEGIN (CERTIFICATE|PUBLIC KEY)-----\s[A-Za-z0-9+/=\s]{1,9000}-----END \1-----\s?){1,5}$/.test(text),
  },
];

/** Runs of pattern letters with separators between them, and quoted text (java.time.format.DateTimeFormatter). */
function isDateFormat(text: string): boolean {
  const unquoted = text.replace(/'[A-Za-z ]{0,10}'/g, ' ');
  if (text.length > 40 || !/^[yYMLdDEeuahHkKmsSzZXV/.:, T-]+$/.test(unquoted)) return false;
  const runs = unquoted.match(/([A-Za-z])\1*/g) ?? [];
  return runs.filter((run) => run.length === 1).length <= 2 && runs.some((run) => /^[yMdHhms]{2,}$/.test(run));
}

/** What is put in later, taken out: `{1}`, `{name}`, `${x}`, `%s`, `[%CurrentUser%]`. */
export function withoutPlaceholders(text: string): string {
  return text.replace(
    /\$?\{{1,2}([\w.]{0,30})\}{1,2}|\[?%([A-Za-z_]{1,30})%\]?|%[sd]/g,
    (all, brace: string | undefined, percent: string | undefined) => {
      const name = brace ?? percent ?? '';
      return /^(?:\d{0,3}|[A-Z]{2,5}\d?)$/.test(name) || areJoinedWords(name) ? '' : all;
    },
  );
}

/** Anchored, or with classes and counts; what is left without them is words. */
function isPattern(text: string): boolean {
  if (text.length > 300 || !/^\^|\$$|\\[dws]|\[[^\]]+\][{+*]/.test(text)) return false;
  const classes =
    /\[[^\]]{1,60}\]|\\[dDwWsSbB.\\/()[\]{}+*?^$|-]|\\[pP]\{\w{1,20}\}|\{\d{1,5}(?:,\d{0,5})?\}|\(\?[:=!<]{1,2}/;
  if (!classes.test(text)) return false;
  const literal = text.replace(new RegExp(classes, 'g'), ' ').replace(/[\^$.*+?()|]/g, ' ');
  return literal.split(/[\s@_/:,-]+/).every((part) => part === '' || isWord(part));
}
