/** How S3 writes its answers. */

/** First line of every document. */
export const XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';
/** Attribute of every root element but that of errors. */
export const NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as XML; control characters become references, which XML 1.0 parsers refuse, as with S3 itself. */
export function escapeXml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: keys may hold control characters
  return text.replace(/[&<>"\u0000-\u001f]/g, (c) => ENTITIES[c] ?? `&#x${c.charCodeAt(0).toString(16)};`);
}

/**
 * A key as `encoding-type=url` gives it: form encoding (a space is `+`) that leaves `/` and `*` alone.
 * Source: S3 API reference, ListObjectsV2 (`test_file(3).png` is `test_file%283%29.png`); MinIO's cmd/api-utils.go.
 */
export function urlEncodeKey(key: string): string {
  if (/^[\w.\-/]*$/.test(key)) return key;
  return encodeURIComponent(key)
    .replaceAll('%20', '+')
    .replaceAll('%2F', '/')
    .replace(/[!'()~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The writer of keys for a request: url-encoded where it asked for that, else escaped for XML. */
export function keyWriter(encodingType: string | null): (key: string) => string {
  return encodingType === 'url' ? urlEncodeKey : escapeXml;
}

/** `<name>content</name>`; nothing for `null`. The content must be escaped already. */
export function element(name: string, content: string | number | boolean | null): string {
  return content === null ? '' : `<${name}>${content}</${name}>`;
}
