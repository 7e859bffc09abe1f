/**
 * The keys of this account's role, where the upstreams look for them (`AWS_ACCESS_KEY_ID` …): Lambda sets them, elsewhere the
 * agent does, and renews them in time. Where they come from, AWS's own chain knows: a task of Fargate, a pod with EKS Pod
 * Identity, a machine's role, a profile.
 */
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import { logEvent } from './log.ts';

/** Keys of roles last an hour at least; they are renewed when a quarter of an hour is left. */
const RENEW_BEFORE_MS = 15 * 60_000;
const CHECK_EVERY_MS = 60_000;

/**
 * Sets them, and keeps them set until the signal aborts.
 *
 * @throws Error when there are none at the start
 */
export async function keepCredentials(region: string, signal: AbortSignal): Promise<void> {
  process.env['AWS_REGION'] ??= region;
  // Keys that are there already, as on one machine, are nobody's to renew.
  if (process.env['AWS_ACCESS_KEY_ID']) return;
  const provider = fromNodeProviderChain({ clientConfig: { region } });
  let ends = await renew(provider);
  const timer = setInterval(() => {
    if (ends !== null && ends - Date.now() > RENEW_BEFORE_MS) return;
    renew(provider).then(
      (next) => {
        ends = next;
      },
      (error: Error) => logEvent('no-credentials', { reason: error.name }),
    );
  }, CHECK_EVERY_MS);
  timer.unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}

async function renew(provider: ReturnType<typeof fromNodeProviderChain>): Promise<number | null> {
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = await provider();
  process.env['AWS_ACCESS_KEY_ID'] = accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = secretAccessKey;
  if (sessionToken !== undefined) process.env['AWS_SESSION_TOKEN'] = sessionToken;
  return expiration?.getTime() ?? null;
}
