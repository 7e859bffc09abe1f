/** Dashboards and rules ask for metrics and labels that the API gives, and for no others. */
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { FIGURES } from '../../lambdas/record/figure.ts';

interface Panel {
  id: number;
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets: { expr: string; datasource: { uid: string } }[];
}
interface Dashboard {
  uid: string;
  title: string;
  panels: Panel[];
  templating: { list: { name: string; query: unknown }[] };
}
interface Rule {
  alert: string;
  expr: string;
  for: string;
  labels: { severity: string };
  annotations: { summary: string };
}

/** Labels by metric. Fingerprints are no numbers, so they are in the record and in no metric. */
const LABELS = new Map<string, readonly string[]>([
  ['mrt_figure_age_seconds', ['environment', 'route']],
  ['mrt_source_up', ['environment', 'route']],
  ...Object.entries(FIGURES)
    .filter(([, { unit }]) => unit !== 'fingerprint' && unit !== 'changes')
    .map(([name, { subject }]) => [`mrt_${name}`, ['environment', ...subject]] as const),
]);
const files = globSync('grafana/*.json');
const dashboards = files.map((file) => [file, JSON.parse(readFileSync(file, 'utf8')) as Dashboard] as const);
const rules = globSync('grafana/*alerts.yaml').flatMap((file) => {
  const { groups } = parse(readFileSync(file, 'utf8')) as { groups: { rules: Rule[] }[] };
  return groups.flatMap((group) => group.rules);
});

/** What an expression asks for that there is not. */
function unknownIn(expression: string): string[] {
  return [...expression.matchAll(/\b(mrt_\w+)(\{[^}]*\})?/g)].flatMap(([, metric = '', selector = '']) => {
    const labels = LABELS.get(metric);
    if (labels === undefined) return [metric];
    const named = [...selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label);
    return named.filter((label) => !labels.includes(label)).map((label) => `${metric}{${label}}`);
  });
}

test('what there is not is found', () => {
  expect(unknownIn('sum(mrt_users{team="x"}) + mrt_made_up')).toEqual(['mrt_users{team}', 'mrt_made_up']);
});

describe.each(dashboards)('%s', (_, { uid, panels, templating }) => {
  test('asks for metrics and labels that the API gives', () => {
    const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    expect(expressions.length).toBeGreaterThan(5);
    expect(expressions.flatMap(unknownIn)).toEqual([]);
    for (const { name, query } of templating.list) {
      if (name !== 'datasource') expect(unknownIn(JSON.stringify(query))).toEqual([]);
    }
  });

  test('can be imported anywhere: no data source of somebody’s, ids of its own, no panel on another', () => {
    expect(uid).toMatch(/^mrt-[a-z]+$/);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const { targets } of panels)
      for (const { datasource } of targets) expect(datasource.uid).toMatch(/^\$\{datasource\}$/);
    const places = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_cell, index) => `${x + (index % w)} ${y + Math.floor(index / w)}`),
    );
    expect(new Set(places).size).toBe(places.length);
  });
});

describe('alert rules', () => {
  test.each(rules.map((rule) => [rule.alert, rule] as const))(
    '%s asks for what there is, waits, and names the environment',
    (_, rule) => {
      expect(unknownIn(rule.expr)).toEqual([]);
      expect(rule.for).toMatch(/^\d+[mh]$/);
      expect(['critical', 'warning']).toContain(rule.labels.severity);
      if (!rule.expr.startsWith('absent')) expect(rule.annotations.summary).toContain('$labels.environment');
    },
  );

  test('each is tried by a case in which it goes off', () => {
    const cases = globSync('grafana/*alerts.test.yaml')
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    for (const { alert } of rules) expect(cases).toMatch(new RegExp(`alertname: ${alert}\\n\\s+exp_alerts:\\n\\s+- `));
  });
});
