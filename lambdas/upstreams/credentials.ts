/** The keys that Lambda gives a function. No other source is ever looked at (no-credential-chain.ts). */

/** Access keys in the shape that the SDK's clients and signers take. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  /** Lambda's keys are a role's and always have one; keys of the local run do too. */
  sessionToken?: string;
}

/**
 * From the environment, at each call: Lambda and the local run may both renew them.
 * Source: Lambda developer guide, "Defined runtime environment variables".
 *
 * @throws Error when they are missing
 */
export function credentials(): Credentials {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) throw new Error('the function has no AWS credentials');
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
  };
}
