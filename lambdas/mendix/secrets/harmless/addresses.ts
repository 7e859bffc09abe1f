/** Where things are: addresses, hosts, mail, files and the identifiers of clouds. */
import type { Form } from './form.ts';
import { areJoinedWords, isComposite, isIdentifier, isNumberedWord, isWord } from './letters.ts';
import { isHarmlessPath, isHarmlessQuery, isHarmlessUrl, isHost } from './url.ts';

export const ADDRESSES: readonly Form[] = [
  {
    // RFC 3986, JDBC's addresses too. Each part of path and query is looked at: webhooks and shared links are an
    // address that is the permission.
    name: 'address without credentials',
    good: [
      'https://sap.example.org/sap/opu/odata/sap/API_BUSINESS_PARTNER',
      'http://localhost:8080/api/v1',
      'jdbc:postgresql://db.example.org:5432/orders',
      's3://acme-uploads/in/',
      'https://search.example.org/?q=shoes&page=1',
      'https://login.microsoftonline.com/3f2b8c1e-6a4d-4c55-9b1f-0d2e7a9c1b44/v2.0',
    ],
    bad: [
      'https://hook.example.org/3f2b8c1e-6a4d-4c55-9b1f-0d2e7a9c1b44',
      'https://hook.example.org/k3j9fd2mq7xr4tw1',
      'https://9f8e7d6c5b4a@example.org/1',
      'ftp://a:b@example.org',
    ],
    matches: isHarmlessUrl,
  },
  {
    // Without a scheme: a domain, or a short name with its port. `svc:8443` is one, `svc:winter` is a login.
    name: 'host, with port and path',
    good: ['smtp.office365.com', 'sap-prod.example.org:8443', 'localhost:8080', 'example.org/api/v2'],
    bad: ['svc:Winter2024', 'Winter.2024', 'k3J9fD2mQ7.nl', 'example.org/k3J9fD2mQ7xR4'],
    matches: (text) => {
      const [, host = '', port, path = ''] = /^([^\s/:@?]{1,255})(:\d{2,5})?(\/[^\s?]*)?$/.exec(text) ?? [];
      const named = isDomain(host);
      const local = port !== undefined && isIdentifier(host) && !isSecretLooking(host);
      return isHost(host) && (named || local) && isHarmlessPath(path, false);
    },
  },
  {
    // RFC 5321, with a display name or without (RFC 5322). Personal, no secret.
    name: 'mail address',
    good: ['no-reply@example.org', 'Acme Support <support@example.org>', 'jan+test@example.org'],
    bad: ['fin/ledger@FINPROD', 'jan@', 'jan:winter@example.org', 'k3J9fD2m@example.org'],
    matches: (text) => {
      const [, who = '', address = text] = /^([^<>@]{1,80}) <([^<>\s]{3,254})>$/.exec(text) ?? [];
      return isMailbox(address) && who.split(/[\s.,"()-]+/).every((part) => part === '' || isWord(part));
    },
  },
  {
    // Rooted, relative with a file or three parts, Windows, UNC; OData's and the app's own. Two words with a slash
    // between them are a login more often.
    name: 'path',
    good: [
      '/mnt/Data01/Import2/Files3',
      'C:\\Data\\Import',
      '\\\\nas01\\share\\orders',
      './archive/2024/',
      'tmp/orders.json',
      'prod/shop/db',
      '/SSO/login?f=true&cont=link/',
      "/odata/v4/Orders?$filter=Status eq 'Open'&$top=50",
    ],
    bad: ['scott/tiger', '/k3J9fD2mQ7xR4tW1', 'svc/Winter2024', '/+A/aaA/+A+a/0/a+A/0', 'aA1/b2/C3/d4'],
    matches: isPath,
  },
  {
    // By the extension; without one only as a mask of words.
    name: 'file name or mask',
    good: ['*.csv', 'orders_{yyyyMMdd}.csv', 'ORD-*-NL.xml', 'index.html', 'OrderTemplate_v2.docx', '.pdf'],
    bad: ['k3J9fD2mQ7xR4.pem', 'Winter2024'],
    matches: (text) => isFileName(text),
  },
  {
    // AWS: arn:partition:service:region:account:resource, also of secrets and keys, which it names and does not hold.
    // RFC 8141.
    name: 'resource name (ARN, URN)',
    good: ['arn:aws:iam::123456789012:role/OrdersReader', 'urn:oasis:names:tc:SAML:2.0:nameid-format:emailAddress'],
    bad: ['arn:winter', 'urn:k3J9fD2mQ7xR4tW1'],
    matches: (text) =>
      /^arn:aws[a-z-]{0,20}:[a-z0-9-]{2,40}:[a-z0-9-]{0,30}:\d{0,12}:[\w/:.+=,@*-]{1,300}$/.test(text) ||
      (/^urn:[a-z][\w.:/-]{1,230}$/i.test(text) &&
        text
          .slice(4)
          .split(/[:/.-]/)
          .every((part) => part === '' || isNumberedWord(part))),
  },
  {
    // RFC 6749, 3.3; known by one of OpenID Connect's, as MendixSSO has them.
    name: 'scopes (OAuth 2.0)',
    good: [
      'openid email profile',
      'openid mx:user:profile:read',
      'api://acme-orders/.default offline_access',
      'openid',
    ],
    bad: ['svc:summer', 'openid k3J9fD2mQ7'],
    matches: (text) => {
      const scopes = text.split(/[\s,]+/);
      const known = scopes.some((scope) => /^(?:openid|email|profile|offline_access)$|\/\.default$/.test(scope));
      return known && scopes.every((scope) => areJoinedWords(scope.replace(/^api:\/\//, '').replace(/[:/]/g, '.')));
    },
  },
  {
    // Google's measurement ids stand in every page; Okta's issuers begin with http://www.okta.com/exk.
    name: 'identifier that is public by its form',
    good: [
      'UA-12345678-1',
      'G-ABC1234567',
      'GTM-ABC1234',
      'http://www.okta.com/exk1abcd2EFGH3ijk4x7',
      '00000000-0000-0000-0000-000000000000',
    ],
    bad: ['G-abc', 'http://www.example.org/exk1abcd2EFGH3ijk4x7'],
    matches: (text) =>
      /^(?:UA-\d{4,10}-\d{1,4}|G-[A-Z0-9]{10}|GTM-[A-Z0-9]{6,9}|0{8}-0{4}-0{4}-0{4}-0{12})$/.test(text) ||
      /^https?:\/\/(?:www\.okta\.com|[\w-]+\.okta\.com)\/exk\w{10,20}$/.test(text),
  },
];

function isMailbox(text: string): boolean {
  const [, name = '', host = ''] = /^(?:mailto:)?([\p{L}\p{N}._%+-]{1,64})@(\S{3,255})$/u.exec(text) ?? [];
  return isIdentifier(name.replace(/[%+]/g, '.')) && isDomain(host);
}

/** Endings of two letters are countries; of the longer ones those that hosts of Mendix apps have. */
const TOP_LEVEL =
  /^(?:[a-z]{2}|com|org|net|edu|gov|int|info|biz|name|app|dev|cloud|site|online|tech|shop|local|localhost|internal|intranet|lan|corp|home|private|test|example|invalid)$/i;

/** A domain of three parts and more may have any label (`x8f3k2.execute-api.eu-west-1.amazonaws.com`), of two a word. */
function isDomain(host: string): boolean {
  if (!/^(?:[\p{L}\p{N}_-]{1,63}\.){1,8}\p{L}{2,24}$/u.test(host)) return false;
  const labels = host.split('.');
  return TOP_LEVEL.test(labels.at(-1) ?? '') && (labels.length > 2 || isIdentifier(labels[0] ?? ''));
}

/** `svc:8443` is a host, `1234:5678` says nothing. */
function isSecretLooking(host: string): boolean {
  return /^\d+$/.test(host);
}

/**
 * `/odata/v4/Orders?$filter=…`: rooted, so each part of the path is looked at, and the query as that of an address. `a/b`:
 * neither rooted nor of three parts, and b is no file, so it is none.
 */
function isPath(text: string, isHarmlessPart: (part: string, label: string | null) => boolean): boolean {
  if (text.length > 500 || /[<>"|\n]/.test(text)) return false;
  const windows = /^(?:[A-Za-z]:\\|\\\\[\w.-]{1,63}\\)(.*)$/.exec(text);
  if (windows !== null) return (windows[1] ?? '').split('\\').every((part) => part === '' || isFolder(part));
  const [path = '', ...query] = text.split('?');
  const rooted = /^(?:\/|\.{1,2}\/|~\/|\*\*?\/)/.test(path) || (path.endsWith('/') && path.length > 1);
  const parts = path.split('/');
  const relative = parts.length >= 3 || (parts.length === 2 && isFileName(parts[1] ?? ''));
  // A random token in base64 has slashes, too; a path has a word.
  if ((!rooted && !relative) || (/[A-Z0-9]/i.test(path) && !/\p{L}{3}/u.test(path))) return false;
  return isHarmlessPath(path, false) && (query.length === 0 || isHarmlessQuery(query.join('?'), isHarmlessPart));
}

/** A part of a Windows path, which may have blanks: `Program Files`, `Import2`. */
function isFolder(text: string): boolean {
  return isIdentifier(text) || isComposite(text) || isFileName(text);
}

/** Extensions that Mendix apps and their operators meet. */
const EXTENSION =
  /\.(?:csv|txt|xml|json|ya?ml|xlsx?|xlsm|docx?|pptx?|pdf|html?|css|m?jsx?|png|jpe?g|gif|svg|ico|webp|zip|gz|tar|jar|mda|mpk|mpr|log|sql|properties|ini|conf|cfg|cer|crt|pem|key|p12|pfx|jks|wsdl|xsd|xslt?|edi|dat|tmp|bak|eml|msg|ics|mp[34]|md)$/i;

/** A stem of words and numbers, placeholders and stars in it, before an extension that is known here. */
function isFileName(text: string): boolean {
  if (text.length > 200 || /[/\\\s]{2}|\n/.test(text)) return false;
  if (/^\*?\.\w{1,5}$/.test(text)) return EXTENSION.test(text) || /^\*\.\*?$/.test(text);
  if (!EXTENSION.test(text) && !/\*/.test(text)) return false;
  const stem = text.replace(EXTENSION, '').replace(/\{[\w:-]{1,30}\}/g, '');
  const parts = stem.split(/[\s._*?()-]/);
  return parts.every((part) => part === '' || (EXTENSION.test(text) ? isNumberedWord(part) : isWord(part)));
}
