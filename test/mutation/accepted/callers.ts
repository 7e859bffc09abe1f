/** Accepted mutants of what says who asks: tenants, environments, SPIFFE IDs, internal tokens, the Airflow gateway. */
import type { Accepted } from './entry.ts';

export const ACCEPTED_CALLERS: readonly Accepted[] = [
  {
    why: 'What every object inherits has no `tenant`, so that nobody’s it is either way.',
    mutants: [
      [
        'lambdas/tenancy.ts',
        'return Object.hasOwn(callers.clients, bearer.name) ? callers.clients[bearer.name]?.tenant : undefined;',
        'return true ? callers.clients[bearer.name]?.tenant : undefined;',
      ],
    ],
  },
  {
    why: 'Two of the parts are taken, however many there are.',
    mutants: [
      [
        'lambdas/tenancy.ts',
        "const [provider = '', id] = typeof username === 'string' ? username.split('_', 2) : [];",
        "const [provider = '', id] = typeof username === 'string' ? username.split('_', 3) : [];",
      ],
    ],
  },
  {
    why: 'With the scheme further on, what is cut off leaves an empty part behind, which is refused too.',
    mutants: [
      [
        'lambdas/spiffe-id.ts',
        `if (!id.startsWith(SCHEME)) throw new SpiffeIdError(\`does not begin with \${SCHEME}\`);`,
        `if (!id.includes(SCHEME)) throw new SpiffeIdError(\`does not begin with \${SCHEME}\`);`,
      ],
    ],
  },
  {
    why: 'Nothing else is thrown there; the question is for what may be written there one day.',
    mutants: [
      [
        'lambdas/internal_tokens/verifier.ts',
        'throw cause instanceof SpiffeIdError ? new InternalTokenError(reason, { cause }) : cause;',
        'throw true ? new InternalTokenError(reason, { cause }) : cause;',
      ],
    ],
  },
  {
    why: 'Forgets sooner what no verifier takes any more: slower, and nothing else.',
    mutants: [
      [
        'lambdas/internal_tokens/used-tokens.ts',
        'if (this.#until.size >= MAX_USED_TOKENS) this.#forget(now);',
        'if (true) this.#forget(now);',
      ],
    ],
  },
  {
    why: 'No scope has the words but at its beginning.',
    mutants: [
      [
        'lambdas/airflow_gateway/decision.ts',
        "if (known === undefined || !scopes.some((scope) => scope.startsWith('mrt/airflow.'))) {",
        "if (known === undefined || !scopes.some((scope) => scope.includes('mrt/airflow.'))) {",
      ],
    ],
  },
  {
    why: 'What the compiler asks for: whoever starts a run names a DAG.',
    mutants: [
      [
        'lambdas/airflow_gateway/decision.ts',
        "scopesOf(entry, caller).includes(scope) && entry.dags.some((pattern) => matchesPattern(pattern, dag ?? ''));",
        'scopesOf(entry, caller).includes(scope) && entry.dags.some((pattern) => matchesPattern(pattern, (dag)));',
      ],
    ],
  },
  {
    why: 'A constant of the bundle (`lib/functions/switches.ts`), which no test sets.',
    mutants: [
      [
        'lambdas/airflow_gateway/decision.ts',
        "if (process.env['MRT_WITH_TENANTS'] !== 'off' && tenants !== undefined) {",
        'if (process.env[\'MRT_WITH_TENANTS\'] !== "" && tenants !== undefined) {',
      ],
    ],
  },
  {
    why: 'No placeholder takes an empty name, and no fixed part is one.',
    mutants: [
      [
        'lambdas/airflow_gateway/operation.ts',
        "return segments.includes('') ? null : segments;",
        'return false ? null : segments;',
      ],
    ],
  },
  {
    why: 'Counts on to the end in place of stopping, and judges the same.',
    mutants: [
      ['lambdas/airflow_gateway/run-request.ts', 'if (depth > MAX_DEPTH) return depth;', 'if (false) return depth;'],
    ],
  },
  {
    why: 'Nothing else is thrown by the choice of a form.',
    mutants: [
      [
        'lambdas/http/subject.ts',
        'throw error instanceof NotAcceptableError ? new NotAcceptableError(noTable) : error;',
        'throw true ? new NotAcceptableError(noTable) : error;',
      ],
      [
        'lambdas/http/subject.ts',
        "throw error instanceof NotAcceptableError ? new NotAcceptableError('environment') : error;",
        "throw true ? new NotAcceptableError('environment') : error;",
      ],
    ],
  },
  {
    why: 'What the compiler asks for: a parameter without a name has no value.',
    mutants: [
      ['lambdas/http/subject.ts', 'if (fields === undefined) return null;', 'if (false) return null;'],
      [
        'lambdas/http/subject.ts',
        'const other = otherEnvironment === undefined ? undefined : values[otherEnvironment];',
        'const other = false ? undefined : values[otherEnvironment];',
      ],
    ],
  },
];
