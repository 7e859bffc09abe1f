/** Whatever a model and its overrides hold, every field of the answer is one that JSON and CSV can say. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { route } from '../../../../lambdas/routes/micro_flow_constants/route.ts';
import fc from '../../../properties.ts';
import { archive, type Deployments, environment, override, startDeployments } from './deployments.ts';

let s3: Deployments;
beforeAll(async () => {
  s3 = await startDeployments();
});
afterAll(() => s3.stop());

const anyText = fc.string({ unit: 'binary' });
const anyValue = fc.oneof(
  anyText,
  fc.jsonValue(),
  fc.double(),
  fc.maxSafeInteger(),
  fc.constantFrom('', '1e400', 'NaN'),
);
const anyConstant = fc.oneof(
  fc.record(
    {
      Name: fc.oneof(fc.constantFrom('A.B', 'A.C', 'B.A'), anyText, fc.jsonValue()),
      Type: fc.oneof(fc.constantFrom('String', 'Integer', 'Long', 'Boolean', 'Decimal', 'DateTime'), fc.jsonValue()),
      Description: anyValue,
      DefaultValue: anyValue,
    },
    { requiredKeys: [] },
  ),
  fc.jsonValue(),
);
const anySettings = fc.dictionary(fc.oneof(fc.constantFrom('A.B', 'A.C', 'B.A', 'C.D'), anyText), anyValue);

/** Every text in a value, names of members as well. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [name, ...textsIn(member)]);
}

test('any content', async () => {
  const odd = environment('prod', {
    archive: archive('prod', { key: 'any/metadata.json', format: 'metadata_json' }),
    overrides: [override('any-map', 'json_map', 'any/map.json')],
  });
  const content = fc.tuple(fc.array(anyConstant, { maxLength: 8 }), anySettings, fc.jsonValue());
  await fc.assert(
    fc.asyncProperty(content, async ([Constants, settings, ProjectName]) => {
      s3.chill();
      s3.put('any/metadata.json', JSON.stringify({ Constants, ProjectName, ModelVersion: ProjectName }));
      s3.put('any/map.json', JSON.stringify(settings));
      const { body } = await s3.ask(odd, { explain: true });
      expect(route.answer.safeParse(body).error).toBe(undefined);
      for (const text of textsIn(body)) expect(text.isWellFormed() && !text.includes('\0')).toBe(true);
      expect(JSON.parse(Buffer.from(JSON.stringify(body)).toString())).toEqual(body);
    }),
    { numRuns: 150 },
  );
});
