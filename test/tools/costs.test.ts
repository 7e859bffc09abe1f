import { describe, expect, test } from 'vitest';
import { costTables, type PricedResource } from '../../tools/costs.ts';
import { withSection } from '../../tools/generated-section.ts';

const resource = (Type: string, Properties: PricedResource['Properties'] = {}): PricedResource => ({
  Type,
  Properties,
});
const stat = { MetricStat: {} };
const tables = costTables({
  machine: resource('AWS::Cognito::UserPoolClient', { GenerateSecret: true }),
  people: resource('AWS::Cognito::UserPoolClient', { GenerateSecret: false }),
  plain: resource('AWS::CloudWatch::Alarm'),
  rate: resource('AWS::CloudWatch::Alarm', { Metrics: [{}, stat, stat] }),
  get: resource('AWS::ApiGatewayV2::Route'),
  head: resource('AWS::ApiGatewayV2::Route'),
});

describe('the costs', () => {
  test('count clients with a secret, and not that of people, who cost by their number', () => {
    expect(tables).toContain('| Cognito machine clients | 6.00 each, 1 of them | 6.00 |');
  });

  test('count an alarm by the metrics that it reckons with', () => {
    expect(tables).toContain('| alarms | 2 alarms on 3 metrics at 0.10 a metric | 0.30 |');
  });

  test('count metrics of GET and HEAD', () => {
    expect(tables).toContain('| 2 routes (GET and HEAD of 1) × 6 metrics at 0.30 a month | 3.60 |');
  });

  test('count no own metrics of the open documents, which have none', () => {
    const route = (RouteKey: string) => resource('AWS::ApiGatewayV2::Route', { RouteKey });
    const own = (...keys: string[]) => costTables(Object.fromEntries(keys.map((key) => [key, route(key)])));
    expect(own('GET /users', 'HEAD /users', 'GET /openapi.json', 'HEAD /problems/{slug}')).toContain(
      'each of 1 routes',
    );
  });

  test('of an idle month are the sum of what is shown', () => {
    const [idle = ''] = tables.split('| for each million');
    const prices = [...idle.matchAll(/\| (\d+\.\d\d) \|$/gm)].map(([, price]) => Number(price));
    const sum = prices.reduce((total, price) => total + price, 0);
    expect(prices).toHaveLength(8);
    expect(idle).toContain(`| **${sum.toFixed(2)}** |`);
  });
});

describe('a section of a page', () => {
  const page = '# Page\n\n<!-- costs: npm run generate -->\n\nold\n\n<!-- /costs -->\n\nthe rest\n';

  test('is replaced between its marks, and nothing else is', () => {
    const changed = '# Page\n\n<!-- costs: npm run generate -->\n\nnew\n<!-- /costs -->\n\nthe rest\n';
    expect(withSection(page, 'costs', 'new')).toBe(changed);
  });

  test('is missed in a page without a place for it', () => {
    expect(() => withSection(page, 'permissions', 'new')).toThrow('no place for the section permissions');
  });
});
