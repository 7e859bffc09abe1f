/**
 * Mutants that no test can notice, or need not, each with the reason. A mutant is known by its file and by the line before
 * and after; the line's number may change. One that the code no longer has is an error: the list stays as long as it must.
 */
import { ACCEPTED_CALLERS } from './callers.ts';
import type { Accepted } from './entry.ts';
import { ACCEPTED_FORMS } from './forms.ts';

export const ACCEPTED: readonly Accepted[] = [
  {
    why: 'UTF-8 is what Node takes for an empty encoding.',
    mutants: [
      [
        'lambdas/hash.ts',
        "return createHash('sha256').update(text, 'utf8').digest('base64url');",
        "return createHash('sha256').update(text, \"\").digest('base64url');",
      ],
      [
        'lambdas/hash.ts',
        "return createHmac('sha256', secret).update(text, 'utf8').digest();",
        'return createHmac(\'sha256\', secret).update(text, "").digest();',
      ],
    ],
  },
  {
    why: 'Left out, it is undefined, which is as false as false is.',
    mutants: [
      [
        'lambdas/upstreams/outages.ts',
        'this.#known.set(upstream, { until: Date.now() + PAUSE_MS, isProbed: false });',
        'this.#known.set(upstream, { until: Date.now() + PAUSE_MS});',
      ],
      [
        'lambdas/mendix/secrets/detector.ts',
        "const PROSE = { kind: 'plain', identifies: false } as const;",
        "const PROSE = { kind: 'plain'} as const;",
      ],
    ],
  },
  {
    why: 'A pattern finds no time in null either; the question before it is for the types.',
    mutants: [
      [
        'lambdas/routes/users/row.ts',
        'return time === null ? null : isoTime(time);',
        'return false ? null : isoTime(time);',
      ],
    ],
  },
  {
    why: 'An open route asks for no rights, so that none are worked out.',
    mutants: [
      [
        'lambdas/http/admission.ts',
        'this.#rights = new KnownRights(settings, route.scopes ?? []);',
        'this.#rights = new KnownRights(settings, (route.scopes));',
      ],
    ],
  },
  {
    why: 'The same keys made ready again: slower, and nothing else.',
    mutants: [['lambdas/http/token.ts', 'if (jwks !== this.#held) {', 'if (true) {']],
  },
  {
    why: 'What is picked next, by its class, is a resource anyway.',
    mutants: [
      [
        'lib/permissions/declared-actions.ts',
        'const resources = stack.node.findAll().filter((construct) => CfnResource.isCfnResource(construct));',
        'const resources = stack.node.findAll();',
      ],
    ],
  },
  {
    why: 'A short cut: where nothing is masked, nothing is found by the long way either.',
    mutants: [
      [
        'lambdas/mendix/secrets/embedded.ts',
        'if (this.#byEnding.size === 0) return false;',
        'if (false) return false;',
      ],
    ],
  },
  {
    why: 'What is not waited out is counted, whatever it is called.',
    mutants: [
      [
        'lambdas/upstreams/retry.ts',
        "export const SINGLE_REQUEST: RetryBudget = { attempts: 5, milliseconds: 2_000, throttling: 'counted' };",
        'export const SINGLE_REQUEST: RetryBudget = { attempts: 5, milliseconds: 2_000, throttling: "" };',
      ],
    ],
  },
  {
    why: 'A number in the name of a construct, which only has to be another one for each group.',
    mutants: [
      [
        'lib/network/security-groups.ts',
        `const place = new Construct(this, \`Group\${this.securityGroups.length + 1}\`);`,
        `const place = new Construct(this, \`Group\${this.securityGroups.length + 2}\`);`,
      ],
    ],
  },
  ...ACCEPTED_CALLERS,
  ...ACCEPTED_FORMS,
];
