/** What the function of the open documents is told, as `lib/functions/documents.ts` writes it into its bundle. */
import * as z from 'zod/mini';

export const documentsSettings = z.strictObject({
  stage: z.string(),
  /** `https://maas-api.<dns_domain>`; `null` without a domain. */
  base_address: z.nullable(z.string()),
});

export type DocumentsSettings = z.infer<typeof documentsSettings>;
