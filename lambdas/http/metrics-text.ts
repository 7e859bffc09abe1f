/**
 * Figures as monitoring systems read them: OpenMetrics 1.0 (https://github.com/OpenObservability/OpenMetrics) and the
 * older text of Prometheus, 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/). Every figure is a
 * gauge, and so both differ by the end mark only.
 */
import type { MetricFamily } from '../exchange.ts';
import type { MetricsType } from './accept.ts';

/** With its version, which tells a scraper how to read it. */
export const METRICS_CONTENT_TYPES: Record<MetricsType, string> = {
  'text/plain': 'text/plain; version=0.0.4; charset=utf-8',
  'application/openmetrics-text': 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/**
 * The families, one after the other.
 *
 * @example
 * // # HELP mrt_source_up Whether the last recording gave figures.
 * // # TYPE mrt_source_up gauge
 * // mrt_source_up{environment="shop-prod",route="users"} 1
 */
export function metricsText(families: readonly MetricFamily[], type: MetricsType): string {
  const lines = families.flatMap(({ name, help, samples }) => [
    `# HELP ${name} ${escaped(help)}`,
    `# TYPE ${name} gauge`,
    ...samples.map(({ labels, value }) => `${name}${labelText(labels)} ${value}`),
  ]);
  if (type === 'application/openmetrics-text') lines.push('# EOF');
  return lines.map((line) => `${line}\n`).join('');
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** In both formats the same three characters. */
function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}
