import { expect, test } from 'vitest';
import { memberBytes } from '../../../../lambdas/upstreams/airflow/member-bytes.ts';

const cut = (json: string, name = 'RestApiResponse') => memberBytes(Buffer.from(json), name)?.toString() ?? null;

test.each([
  [
    '{"RestApiStatusCode":200,"RestApiResponse":{"n":12345678901234567890,"x":1.0}}',
    '{"n":12345678901234567890,"x":1.0}',
  ],
  // White space around it is the outer object's, inside it its own.
  ['{ "RestApiResponse" :\n\t[1, 2.50 ,{"a":[]}] \r\n, "RestApiStatusCode": 200 }', '[1, 2.50 ,{"a":[]}]'],
  ['{"RestApiResponse":"a \\"}\\\\","RestApiStatusCode":200}', '"a \\"}\\\\"'],
  ['{"RestApiResponse":null}', 'null'],
  ['{"RestApiResponse":-0.0e+10}', '-0.0e+10'],
  ['{"RestApiResponse":""}', '""'],
  ['{"RestApiResponse":{"täsk":"→ 😀 [{"}}', '{"täsk":"→ 😀 [{"}'],
  // The same name, written otherwise (RFC 8259, section 7).
  ['{"RestApi\\u0052esponse":1}', '1'],
])('the value of a member is cut out of %s as it stands', (json, value) => {
  expect(cut(json)).toBe(value);
  expect(JSON.parse(cut(json) ?? '')).toEqual(JSON.parse(json).RestApiResponse);
});

test('what only looks like the member is none', () => {
  expect(cut('{"a":{"RestApiResponse":1},"b":["RestApiResponse",2],"c":"RestApiResponse"}')).toBeNull();
  expect(cut('{"a":"\\"RestApiResponse\\":1","RestApiResponse2":3}')).toBeNull();
  for (const json of ['{}', '[]', '["RestApiResponse"]', '"RestApiResponse"', '7']) expect(cut(json)).toBeNull();
});

test('of a member that is there twice it is the last, as in JSON.parse', () => {
  const json = '{"RestApiResponse":{"a":1},"x":{},"RestApiResponse":[2]}';
  expect(cut(json)).toBe(JSON.stringify(JSON.parse(json).RestApiResponse));
});

test('nothing is copied, as an answer may have 6 MB', () => {
  const json = Buffer.from('{"RestApiResponse":[1]}');
  expect(memberBytes(json, 'RestApiResponse')?.buffer).toBe(json.buffer);
});
