/**
 * What a bundle has in place of the SDK's default credential chain (lib/functions/bundle.ts). A function's keys are the
 * ones that Lambda sets, and each client is given them; nothing may look for others in files, roles or metadata services.
 */

/** Stands in for `@aws-sdk/credential-provider-node`. @throws Error always: the client was made without credentials */
export function defaultProvider(): never {
  throw new Error('a client was made without credentials');
}

/** Stands in for `@aws-sdk/credential-providers`. @throws Error always */
export const fromNodeProviderChain = defaultProvider;
