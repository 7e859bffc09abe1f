/** Lists, pairs, JSON and HTML: harmless when each part is. */

import { readName } from '../name/name.ts';
import type { Form, IsHarmlessPart } from './form.ts';
import { isNumberedWord, isWord } from './letters.ts';

export const DOCUMENTS: readonly Form[] = [
  {
    // Values of one kind with one separator. A list with a secret's noun in it may have the secret beside it.
    name: 'list',
    good: ['NL,BE,DE', 'pdf;docx;xlsx', 'ops@example.org; helpdesk@example.org', '101,102,103', 'express|standard'],
    bad: ['NL,k3J9fD2mQ7', 'a,Winter2024', 'user,password,summer'],
    matches: (text, isHarmlessPart) =>
      [/[,;]/, /\|/, /\n/].some((separator) => {
        const items = text.split(separator).map((item) => item.trim());
        return (
          items.length > 1 &&
          !items.some(isSecretName) &&
          items.every((item) => item === '' || isHarmlessPart(item, null))
        );
      }),
  },
  {
    // Connection strings, queries, headers, LDAP (RFC 4514, RFC 4515), YAML and properties of one level: each value
    // under its own label, which is read as a name is.
    name: 'pairs',
    good: [
      'host=db.example.org;port=5432;database=orders',
      'page=1&size=20&sort=name',
      'Content-Type: application/json',
      'ou=users,dc=example,dc=org',
      '(&(objectClass=user)(sAMAccountName={0}))',
      "$filter=Country eq 'NL'&$orderby=Name",
      'host: a.example.org\nport: 22',
    ],
    bad: [
      'user=app;pass=Winter2024',
      'user=app;x=Winter2024!',
      'admin:admin',
      'admin: summer',
      'ananasAnaNasananana0=',
      'name=password;value=summer',
    ],
    matches: arePairs,
  },
  {
    // RFC 8259. Leaves pass under the key that they stand under, items of a list under the list's.
    name: 'JSON',
    good: ['{"batch":10,"mode":"fast"}', '["NL","BE"]', '{"retries":{"max":3}}'],
    bad: [
      '{"user":"app","pass":"winter"}',
      '["Winter2024!"]',
      '{"pin":4711}',
      '[{"name":"password","value":"summer"}]',
    ],
    matches: (text, isHarmlessPart) => {
      if (!/^[[{]/.test(text)) return false;
      try {
        return isHarmlessJson(JSON.parse(text), null, isHarmlessPart);
      } catch {
        return false;
      }
    },
  },
  {
    // Templates of mails and pages. Elements of HTML only: `<password>` is none, and what is in it would be one.
    name: 'HTML',
    good: ['<p>Dear <b>{1}</b>,</p><br/>', '<a href="https://www.example.org/help">Help</a>'],
    bad: ['<password>winter</password>', '<p>k3J9fD2mQ7xR4tW1</p>', '<b onclick="k3J9fD2m">x</b>'],
    matches: isHtml,
  },
  {
    // Constraints of Mendix and XPath 1.0: names, operators, and literals that are harmless themselves.
    name: 'XPath',
    good: [
      '[Orders.Order_Customer/Orders.Customer/Active = true()]',
      '[Sales.Customer/Name = $Name]',
      '//Order[Status = "Open"]',
    ],
    bad: ['[k3J9fD2mQ7xR4tW1]', '[Name = "k3J9fD2mQ7"]'],
    matches: (text, isHarmlessPart) =>
      /^(?:\[|\/\/)[^\n{}]{1,500}\]$/.test(text) &&
      text
        .split(/[\s[\]/()='"<>!|@,:]+/)
        .every((part) => /^[$%.]?$/.test(part) || isHarmlessPart(part.replace(/^[$%]|%$/g, ''), null)),
  },
];

/**
 * All of one sign and one separator: `k=v;k=v`, `k: v` by lines, LDAP's `(k=v)` and `k=v,k=v`.
 *
 * `host=db;port=5432`: with the separator ";" there are two pairs. "db" under the label host and "5432" under the label port
 * are harmless, so the text is. `user=app;pass=summer`: "pass" is read as a name, and is that of a secret.
 */
function arePairs(text: string, isHarmlessPart: IsHarmlessPart): boolean {
  const inner = text.replace(/^[(&|!]+|\)+$/g, '');
  return [/[;\n]/, /[&\n]/, /,/, /\)[(&|!]+/, / (?=[\w.-]{1,40}=)/].some((separator) => {
    const pairs = inner.split(separator).map((pair) => pair.trim());
    const filled = pairs.filter((pair) => pair !== '');
    // `name=password;value=summer`
    if (filled.some((pair) => isSecretName(pair.replace(/^[^=:]{0,60}[=:]\s{0,5}/, '')))) return false;
    return filled.length > 0 && filled.every((pair) => isPair(pair, filled.length === 1, isHarmlessPart));
  });
}

/** A single pair with a word for its value may be a login: "admin: summer". */
function isPair(pair: string, isSingle: boolean, isHarmlessPart: IsHarmlessPart): boolean {
  const [, label = '', value = ''] =
    /^[-\s]{0,10}([$\p{L}\p{N} ._-]{1,60}?)\s?(?:=|:(?=\s|$))\s?(.*)$/u.exec(pair) ?? [];
  if (!label.split(/[$ ._-]/).every((part) => part === '' || isNumberedWord(part)) || label === '') return false;
  const bare = value.trim().replace(/^(["'])(.*)\1$/, '$2');
  // Base64 ends with "=", too: alone, the label is all that there is.
  if (bare === '') return !isSingle || isHarmlessPart(label, null);
  return !(isSingle && isWord(bare)) && isHarmlessPart(bare, label);
}

/** Whether a part of a document is the name of a secret, so that another part may be the secret. */
function isSecretName(part: string): boolean {
  return part.length <= 60 && /^[\p{L}\p{M}\p{N}_. -]+$/u.test(part) && readName(part).kind === 'secret';
}

/** @param label the key that the value stands under; for items of a list that of the list, `null` at the top */
function isHarmlessJson(value: unknown, label: string | null, isHarmlessPart: IsHarmlessPart): boolean {
  if (Array.isArray(value)) return value.every((item) => isHarmlessJson(item, label, isHarmlessPart));
  if (value !== null && typeof value === 'object') {
    // `{"name":"password","value":"summer"}`
    if (Object.values(value).some((item) => typeof item === 'string' && isSecretName(item))) return false;
    return Object.entries(value).every(([key, item]) => isHarmlessJson(item, key, isHarmlessPart));
  }
  return isHarmlessPart(String(value), label);
}

const ELEMENTS =
  /^<\/?(?:a|abbr|b|big|blockquote|body|br|center|code|dd|div|dl|dt|em|font|h[1-6]|head|hr|html|i|img|li|meta|ol|p|pre|s|small|span|strike|strong|style|sub|sup|table|tbody|td|tfoot|th|thead|title|tr|u|ul)((?:\s+[a-z-]{1,20}\s?=\s?"[^"<>]{0,300}")*)\s*\/?>$/i;

/** Elements and their attributes one by one, and the text between them; entities count as blanks. */
function isHtml(text: string, isHarmlessPart: IsHarmlessPart): boolean {
  if (!text.includes('<') || !text.includes('>')) return false;
  const parts = text.split(/(<[^<>]{1,600}>)/);
  return parts.every((part) => {
    if (!part.startsWith('<'))
      return part.trim() === '' || isHarmlessPart(part.replace(/&[a-z]{2,8};/g, ' ').trim() || '-', null);
    const [, attributes = null] = ELEMENTS.exec(part) ?? [];
    if (attributes === null) return ELEMENTS.test(part);
    return [...attributes.matchAll(/([a-z-]+)\s?=\s?"([^"]*)"/gi)].every(
      ([, name = '', value = '']) => value.trim() === '' || isHarmlessPart(value.trim(), name),
    );
  });
}
