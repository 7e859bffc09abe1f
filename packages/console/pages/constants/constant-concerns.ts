/** What is wrong with the constants of an environment, and why it is called wrong. */
import type { FleetAnswer } from '@mrt/client';
import { plural } from '../../words/numbers.ts';

type Summary = NonNullable<FleetAnswer<'/micro_flow_constants'>['environments'][number]['summary']>;
type Severity = 'bad' | 'warn' | 'note';

export interface ConstantConcern {
  severity: Severity;
  what: string;
  why: string;
}

/** Findings by how bad they are; one that is not listed here is worth a look. */
const FINDINGS: Readonly<Record<string, readonly [Severity, string, string]>> = {
  'secret-left-at-default': ['bad', 'secret left at its default', 'Whoever has the model knows it.'],
  'value-does-not-fit-type': [
    'bad',
    'value does not fit its type',
    'The runtime refuses it at the next start, or takes another.',
  ],
  'model-not-deployed': ['note', 'another model runs', 'The archive is not what is deployed, so defaults may differ.'],
};

/** Findings as the API counts them, then what has no value, then what could not be read. */
export function* constantConcerns(summary: Summary): Generator<ConstantConcern> {
  for (const [finding, number] of Object.entries(summary.findings)) {
    const [severity, what, why] = FINDINGS[finding] ?? [
      'warn',
      finding.replaceAll('-', ' '),
      'See the constants for what it means.',
    ];
    yield { severity, what, why: `${plural(number, 'constant')}. ${why}` };
  }
  const missing = summary.missing ?? 0;
  if (missing > 0) {
    yield {
      severity: 'warn',
      what: 'constant without a value',
      why: `${plural(missing, 'constant')} declared, with neither a default nor a value of the environment.`,
    };
  }
  if (summary.failed_sources.length > 0) {
    yield {
      severity: 'warn',
      what: 'source of constants cannot be read',
      why: `${summary.failed_sources.join(', ')}: what they might set is not known.`,
    };
  }
}
