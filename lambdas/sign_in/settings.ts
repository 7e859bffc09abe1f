/** What the sign-in function is told, as `lib/functions/company-sign-in.ts` writes it into its bundle. */
import * as z from 'zod/mini';

const provider = z.strictObject({
  /** Where the assertion or the ID token has the groups. */
  groups_claim: z.string(),
  email_claim: z.string(),
  /** A group of `callers.groups` by the provider's name or id for it. */
  groups: z.record(z.string(), z.string()),
});

export const signInSettings = z.strictObject({
  stage: z.string(),
  /** By the provider's name in the user pool. */
  providers: z.record(z.string(), provider),
});

export type SignInSettings = z.infer<typeof signInSettings>;
export type SignInProvider = z.infer<typeof provider>;

/** The pool's attribute between the two triggers; people cannot write it (docs/security.md). */
export const GROUPS_ATTRIBUTE = 'custom:groups';
