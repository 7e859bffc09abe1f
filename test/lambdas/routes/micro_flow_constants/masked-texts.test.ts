import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { csv } from '../../../../lambdas/http/csv.ts';
import { route } from '../../../../lambdas/routes/micro_flow_constants/route.ts';
import fc from '../../../properties.ts';
import { type Declared, deployed } from './declared.ts';
import { type Deployments, startDeployments } from './deployments.ts';

let s3: Deployments;
beforeAll(async () => {
  s3 = await startDeployments();
});
afterAll(() => s3.stop());

const body = async (...question: Parameters<Deployments['ask']>) => (await s3.ask(...question)).body;

describe('whatever is masked', () => {
  /** As people and machines make them; none is a part of what an answer has anyway. */
  const secret = fc.oneof(
    fc.stringMatching(/^[A-Z][a-z]{4,8}[0-9]{2,4}[!#$%&]$/),
    fc.stringMatching(/^[A-Za-z0-9+/]{20,40}={0,2}$/).filter((text) => /\d/.test(text) && /[a-z]/.test(text)),
    fc.stringMatching(/^[a-z]{4,9} [a-z]{4,9} [a-z]{4,9} [a-z]{4,9}$/),
    fc.stringMatching(/^[0-9a-f]{16,40}$/).filter((text) => /\d/.test(text) && /[a-f]/.test(text)),
  );
  const sentence = fc.constantFrom('Call us with {} please', 'https://www.example.org/{}/start', '{}', 'see {}');
  const place = fc.constantFrom('default', 'override', 'description', 'own description', 'nowhere');

  test('no part of an answer holds it', async () => {
    await fc.assert(
      fc.asyncProperty(secret, sentence, place, fc.boolean(), async (text, around, where, overridden) => {
        const holding = around.replace('{}', () => text);
        const declared: Declared[] = [
          {
            Name: 'Sap.Wachtwoord',
            DefaultValue: text,
            Description: where === 'own description' ? holding : 'Of the order service.',
          },
          {
            Name: 'App.Text',
            DefaultValue: where === 'default' ? holding : 'hello',
            Description: where === 'description' ? holding : '',
          },
          { Name: 'App.Number', DefaultValue: text, Type: 'Integer' },
          { Name: 'App.Odd', DefaultValue: text, Type: 'Unheard' },
        ];
        const overrides: Record<string, string> = {
          ...(where === 'override' ? { 'App.Text': holding, 'App.Obsolete': holding } : {}),
          ...(overridden ? { 'Sap.Wachtwoord': `${text}x` } : {}),
        };
        s3.chill();
        const prod = await deployed(s3, 'prod', declared, overrides);
        const acc = await deployed(s3, 'acc', declared.slice(1), overrides);
        const answers = [
          await body(prod),
          await body(prod, { explain: true }),
          await body(prod, { summary: true }),
          await body(prod, { compare: 'acc' }, { others: [acc] }),
          await body(acc, { compare: 'prod' }, { others: [prod] }),
        ];
        const [rows] = answers;
        const table = csv(route.csv.columns, rows?.constants ?? [], {});
        for (const answer of answers) expect(JSON.stringify(answer)).not.toContain(text);
        expect(table).not.toContain(text);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
