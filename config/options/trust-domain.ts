/** The name under which callers, functions and agents have identities, and what is made with it. Left out: none. */
import * as z from 'zod';
import { trustDomainFault } from '../../lambdas/spiffe-id.ts';

/** The trust domain of the stage's SPIFFE IDs. Its keys are the stage's own, so each stage has another one. */
export const trustDomain = z
  .string()
  .superRefine((text, context) => {
    const fault = trustDomainFault(text);
    if (fault !== null) context.addIssue({ code: 'custom', message: fault });
  })
  .describe(
    'SPIFFE trust domain of this stage alone, such as mrt.prod.example.com. Left out: no SPIFFE IDs, no key pairs.',
  );

/** Proof of where an answer is from and what it was. */
export const signedAnswers = z
  .strictObject({
    when: z
      .enum(['asked', 'always'])
      .default('asked')
      .describe('asked: where a request has the header Accept-Signature; always: every answer with data.'),
  })
  .describe('Left out: no answer is signed. Needs trust_domain.');
