import { expect, test } from 'vitest';
import fc from '../../../../properties.ts';
import { parseOverrides, refusalOf, settingsIn } from './places.ts';

test('values keep their kind and digits', () => {
  const json =
    '{"A.B":"x","C.D":1.50,"E.F":false,"G.H":null,"I.J":[1],"K.L":123456789012345678901,"M.N":-Infinity,"O.P":"NaN"}';
  expect(settingsIn('json_map', json)).toEqual([
    'A.B map = text "x"',
    'C.D map = number "1.50"',
    'E.F map = boolean false',
    'I.J map = structure',
    'K.L map = number "123456789012345678901"',
    'M.N map = number "-Infinity"',
    'O.P map = text "NaN"',
  ]);
});

test('of a name that comes twice the last counts', () => {
  expect(settingsIn('json_map', '{"A.B":1,"A.B":2}')).toEqual(['A.B map = number "2"']);
});

test('any text comes through as it is', () => {
  const names = fc.string({ unit: 'binary' }).filter((name) => !name.includes('\0'));
  const texts = fc.dictionary(names, fc.string({ unit: 'binary' }), { noNullPrototype: true });
  fc.assert(
    fc.property(texts, fc.constantFrom(0, 2, '\t'), (map, indent) => {
      const { ranks } = parseOverrides('json_map', Buffer.from(JSON.stringify(map, null, indent)));
      const [place] = ranks.flat();
      const settings = place?.kind === 'settings' ? [...place.settings] : [];
      const back = settings.map(([name, written]) => [name, written.kind === 'text' ? written.text : written]);
      expect(Object.fromEntries(back)).toEqual(JSON.parse(Buffer.from(JSON.stringify(map)).toString()));
    }),
  );
});

test.each([
  ['a list', '[]', 'invalid-json'],
  ['nothing', '', 'invalid-json'],
  ['YAML', 'A.B: 1', 'invalid-json'],
  ['a word that is no number', '{"A.B":nan}', 'invalid-json'],
  ['a bare word as a name', '{NaN:1}', 'invalid-json'],
  ['deep nesting', `{"A.B":${'['.repeat(400_000)}${']'.repeat(400_000)}}`, 'too-deep'],
])('%s is refused', (_, content, reason) => {
  expect(refusalOf('json_map', content)).toBe(reason);
});
